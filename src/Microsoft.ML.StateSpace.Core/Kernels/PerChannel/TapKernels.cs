using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// A convolution of one sequence, each channel with K taps of its own: <c>y_t += sum_j w_j v_(t+j)</c>, j = 0 ... K - 1, and the gradient
/// of the taps, <c>w_j += sum_t d_t v_(t+j)</c>. v begins K - 1 rows before the sequence. Read against time, v begins K - 1 rows behind
/// it, and t counts from its end. Layout: rows and taps (rows, channels).
/// A vector of channels is handled by itself. Its inputs are packed tile by tile, and its taps once; then eight sums stay in registers, and
/// each multiply-add loads the one value that it needs.
/// </summary>
internal static unsafe class TapKernels
{
    private const int Tile = 64; // rows whose packed inputs stay in the first-level cache
    private const int Most = 64; // taps that are applied to a tile at once
    private const int Sums = 8;  // in registers

    /// <summary>Adds to the rows of y, or assigns them.</summary>
    /// <param name="input">The rows of the sequence.</param>
    /// <param name="edge">The K - 1 rows before the sequence, or behind it if read against time. Empty if they are zero.</param>
    /// <param name="taps">w.</param>
    /// <param name="channels">Number of channels.</param>
    /// <param name="direct">A factor of each channel by which the input of the same row is added too, or empty.</param>
    /// <param name="bias">What is added to each row, or empty.</param>
    /// <param name="reverse">Whether the sequence is read against time.</param>
    /// <param name="output">y.</param>
    /// <param name="accumulate">Whether it is added to.</param>
    public static void Run(
        ReadOnlySpan<float> input, ReadOnlySpan<float> edge, ReadOnlySpan<float> taps, int channels,
        ReadOnlySpan<float> direct, ReadOnlySpan<float> bias, bool reverse, Span<float> output, bool accumulate)
    {
        fixed (float* v = input, e = edge, w = taps, d = direct, b = bias, y = output)
            Elements.Run(
                new Kernel(new Rows(v, e, channels, input.Length / channels, taps.Length / channels, reverse), w, d, b, y, accumulate),
                channels);
    }

    /// <summary>Adds to the gradient of the taps.</summary>
    /// <param name="input">The rows of the sequence.</param>
    /// <param name="edge">The K - 1 rows before the sequence; empty if they are zero.</param>
    /// <param name="outputGradient">d, of each row of the sequence.</param>
    /// <param name="channels">Number of channels.</param>
    /// <param name="gradient">Of the taps.</param>
    public static void AddGradient(
        ReadOnlySpan<float> input, ReadOnlySpan<float> edge, ReadOnlySpan<float> outputGradient, int channels, Span<float> gradient)
    {
        fixed (float* v = input, e = edge, d = outputGradient, g = gradient)
            Elements.Run(
                new GradientKernel(new Rows(v, e, channels, input.Length / channels, gradient.Length / channels, false), d, g), channels);
    }

    /// <summary>The rows of a sequence and those at its edge.</summary>
    private readonly struct Rows(float* values, float* edge, int channels, int count, int taps, bool reverse)
    {
        public readonly int Channels = channels, Count = count, Taps = taps;

        // The place of row t, counted in the order of reading.
        public nint PlaceOf(int t) => (nint)(reverse ? Count - 1 - t : t) * Channels;

        // Packs v from row first on. Rows behind those of the sequence become zeros; they meet only sums that nobody asks for.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Pack<TLane, TVector>(int i, int first, int count, float* packed)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int row = first - (Taps - 1), outside = Math.Clamp(-row, 0, count), inside = Math.Clamp(Count - row, 0, count);
            nint step = reverse ? -Channels : Channels;
            float* from = edge + (nint)(reverse ? -1 - row : row + Taps - 1) * Channels + i;
            for (int k = 0; k < outside; k++, from += step, packed += TLane.Count)
                TLane.Store(packed, edge == null ? default : TLane.Load(from));
            from = values + PlaceOf(Math.Max(row, 0)) + i;
            for (int k = outside; k < inside; k++, from += step, packed += TLane.Count)
                TLane.Store(packed, TLane.Load(from));
            for (int k = inside; k < count; k++, packed += TLane.Count)
                TLane.Store(packed, default);
        }
    }

    private readonly struct Kernel(Rows rows, float* taps, float* direct, float* bias, float* output, bool accumulate) : IElementKernel
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* buffer = stackalloc float[(Tile + 2 * Most + Sums) * TLane.Count + ChunkLayout.Line];
            float* v = ChunkLayout.Align(buffer), w = v + (Tile + Most) * TLane.Count, y = w + Most * TLane.Count;
            for (int j = 0; j < rows.Taps; j += Most)
            {
                int count = Math.Min(Most, rows.Taps - j);
                bool isLast = j + count == rows.Taps;
                for (int k = 0; k < count; k++)
                    TLane.Store(w + k * TLane.Count, TLane.Load(taps + (nint)(j + k) * rows.Channels + i));
                for (int first = 0; first < rows.Count; first += Tile)
                {
                    int tile = Math.Min(Tile, rows.Count - first);
                    rows.Pack<TLane, TVector>(i, first + j, (tile + Sums - 1) / Sums * Sums + count - 1, v);
                    for (int t = 0; t < tile; t += Sums)
                    {
                        int own = Math.Min(Sums, tile - t);
                        if (accumulate || j > 0)
                            for (int k = 0; k < own; k++)
                                TLane.Store(y + k * TLane.Count, TLane.Load(output + rows.PlaceOf(first + t + k) + i));
                        else
                            for (int k = 0; k < own; k++)
                                TLane.Store(y + k * TLane.Count, default);
                        Multiply<TLane, TVector>(v + t * TLane.Count, w, count, y);
                        for (int k = 0; k < own; k++)
                        {
                            TVector sum = TLane.Load(y + k * TLane.Count);
                            if (isLast && direct != null)
                                sum = TLane.MultiplyAdd(TLane.Load(v + (t + k + count - 1) * TLane.Count), TLane.Load(direct + i), sum);
                            if (isLast && bias != null)
                                sum = TLane.Add(sum, TLane.Load(bias + i));
                            TLane.Store(output + rows.PlaceOf(first + t + k) + i, sum);
                        }
                    }
                }
            }
        }
    }

    private readonly struct GradientKernel(Rows rows, float* outputGradient, float* gradient) : IElementKernel
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* buffer = stackalloc float[(2 * Tile + 2 * Most + Sums) * TLane.Count + ChunkLayout.Line];
            float* v = ChunkLayout.Align(buffer), d = v + (Tile + Most + Sums) * TLane.Count, g = d + Tile * TLane.Count;
            for (int j = 0; j < rows.Taps; j += Most)
            {
                int count = Math.Min(Most, rows.Taps - j);
                for (int k = 0; k < Most; k++)
                    TLane.Store(g + k * TLane.Count, k < count ? TLane.Load(gradient + (nint)(j + k) * rows.Channels + i) : default);
                for (int first = 0; first < rows.Count; first += Tile)
                {
                    int tile = Math.Min(Tile, rows.Count - first);
                    rows.Pack<TLane, TVector>(i, first + j, tile + (count + Sums - 1) / Sums * Sums - 1, v);
                    for (int k = 0; k < tile; k++)
                        TLane.Store(d + k * TLane.Count, TLane.Load(outputGradient + (nint)(first + k) * rows.Channels + i));
                    for (int k = 0; k < count; k += Sums)
                        Multiply<TLane, TVector>(v + k * TLane.Count, d, tile, g + k * TLane.Count);
                }
                for (int k = 0; k < count; k++)
                    TLane.Store(gradient + (nint)(j + k) * rows.Channels + i, TLane.Load(g + k * TLane.Count));
            }
        }
    }

    // sums_k += sum_j w_j v_(k+j) for eight k.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TLane, TVector>(float* v, float* w, int count, float* sums)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector y0 = TLane.Load(sums), y1 = TLane.Load(sums + TLane.Count), y2 = TLane.Load(sums + 2 * TLane.Count),
            y3 = TLane.Load(sums + 3 * TLane.Count), y4 = TLane.Load(sums + 4 * TLane.Count), y5 = TLane.Load(sums + 5 * TLane.Count),
            y6 = TLane.Load(sums + 6 * TLane.Count), y7 = TLane.Load(sums + 7 * TLane.Count);
        for (; count > 0; count--, v += TLane.Count, w += TLane.Count)
        {
            TVector x = TLane.Load(w);
            y0 = TLane.MultiplyAdd(x, TLane.Load(v), y0);
            y1 = TLane.MultiplyAdd(x, TLane.Load(v + TLane.Count), y1);
            y2 = TLane.MultiplyAdd(x, TLane.Load(v + 2 * TLane.Count), y2);
            y3 = TLane.MultiplyAdd(x, TLane.Load(v + 3 * TLane.Count), y3);
            y4 = TLane.MultiplyAdd(x, TLane.Load(v + 4 * TLane.Count), y4);
            y5 = TLane.MultiplyAdd(x, TLane.Load(v + 5 * TLane.Count), y5);
            y6 = TLane.MultiplyAdd(x, TLane.Load(v + 6 * TLane.Count), y6);
            y7 = TLane.MultiplyAdd(x, TLane.Load(v + 7 * TLane.Count), y7);
        }
        TLane.Store(sums, y0);
        TLane.Store(sums + TLane.Count, y1);
        TLane.Store(sums + 2 * TLane.Count, y2);
        TLane.Store(sums + 3 * TLane.Count, y3);
        TLane.Store(sums + 4 * TLane.Count, y4);
        TLane.Store(sums + 5 * TLane.Count, y5);
        TLane.Store(sums + 6 * TLane.Count, y6);
        TLane.Store(sums + 7 * TLane.Count, y7);
    }
}
