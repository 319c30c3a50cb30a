using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The gradients of the table and the kernel of <see cref="ChunkGather"/> and <see cref="ChunkSpread"/>, each channel by itself, over all
/// chunks of a run: <c>table_(n,p) += sum_k v_(k,p) states_(k,n)</c>, <c>kernel_p += sum_k sum_q v_(k,q) w_(k,p+q)</c>. Layout:
/// <see cref="ChunkLayout"/>.
/// </summary>
internal static unsafe class ChunkOuter
{
    private const int Block = 32; // chunks that share the loads of the table
    private const int Step = 4;   // samples of the kernel in registers

    /// <summary>Adds to the gradient of the table.</summary>
    public static void Table(
        in ChannelRows rows, ChunkRange range, int states, ReadOnlySpan<float> boundaries, int width, Span<float> table)
    {
        if (range.Count == 0 || states == 0)
            return;
        fixed (float* v = rows.Values, x = boundaries, g = table)
            Elements.Run(new TableKernel(new ChunkRun(v, rows, range), states, x, width, g), rows.Channels);
    }

    /// <summary>
    /// Adds to the gradient of the kernel, over all chunks. The rows of w (<paramref name="later"/>) lie like those of v.
    /// </summary>
    public static void Kernel(in ChannelRows rows, bool reverse, ReadOnlySpan<float> later, Span<float> kernel)
    {
        fixed (float* v = rows.Values, w = later, g = kernel)
            Elements.Run(new KernelKernel(new ChunkRun(v, rows, new ChunkRange(0, rows.Chunks, reverse)), w, g), rows.Channels);
    }

    private readonly struct TableKernel(ChunkRun run, int states, float* boundary, int width, float* table) : IElementKernel
    {
        // Eight rows and two planes take 16 sums, which fit the registers of the widest lanes only.
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            if (TLane.Count == ChunkLayout.Group)
                Rows<TLane, TVector, N8>(i);
            else
                Rows<TLane, TVector, N4>(i);
        }

        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Rows<TLane, TVector, TRows>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
            where TRows : ICount
        {
            const int Row = ChunkLayout.Group, Plane = ChunkLayout.Rows * Row;
            float* packedBuffer = stackalloc float[(Block * TRows.Value + 1) * ChunkLayout.Group], packed = ChunkLayout.Align(packedBuffer);
            nint lane = TLane.Count, half = width / 2, slot = width;
            for (int first = 0; first < run.Count; first += Block)
            {
                int count = Math.Min(Block, run.Count - first);
                for (int p = 0; p < ChunkLayout.Rows; p += TRows.Value)
                {
                    for (int m = 0; m < count; m++)
                        Pack<TLane, TVector>(i, first + m, p, TRows.Value, packed + m * TRows.Value * lane);
                    float* re = table + ChunkLayout.OfTable(i, states) + p * Row,
                        s = boundary + ChunkLayout.OfState(i, states) + first * slot;
                    for (int n = 0; n < states; n++, re += 2 * Plane, s += Row)
                    {
                        float* im = re + Plane, x = s, v = packed;
                        TVector r4 = default, r5 = default, r6 = default, r7 = default;
                        TVector i4 = default, i5 = default, i6 = default, i7 = default;
                        Get<TLane, TVector>(re, out var r0, out var r1, out var r2, out var r3);
                        Get<TLane, TVector>(im, out var i0, out var i1, out var i2, out var i3);
                        if (TRows.Value > 4)
                        {
                            Get<TLane, TVector>(re + 4 * Row, out r4, out r5, out r6, out r7);
                            Get<TLane, TVector>(im + 4 * Row, out i4, out i5, out i6, out i7);
                        }
                        for (int m = count; m > 0; m--, x += slot, v += TRows.Value * lane)
                        {
                            TVector xr = TLane.Load(x), xi = TLane.Load(x + half);
                            Add<TLane, TVector>(v, xr, xi, ref r0, ref i0);
                            Add<TLane, TVector>(v + lane, xr, xi, ref r1, ref i1);
                            Add<TLane, TVector>(v + 2 * lane, xr, xi, ref r2, ref i2);
                            Add<TLane, TVector>(v + 3 * lane, xr, xi, ref r3, ref i3);
                            if (TRows.Value > 4)
                            {
                                Add<TLane, TVector>(v + 4 * lane, xr, xi, ref r4, ref i4);
                                Add<TLane, TVector>(v + 5 * lane, xr, xi, ref r5, ref i5);
                                Add<TLane, TVector>(v + 6 * lane, xr, xi, ref r6, ref i6);
                                Add<TLane, TVector>(v + 7 * lane, xr, xi, ref r7, ref i7);
                            }
                        }
                        Put<TLane, TVector>(re, r0, r1, r2, r3);
                        Put<TLane, TVector>(im, i0, i1, i2, i3);
                        if (TRows.Value > 4)
                        {
                            Put<TLane, TVector>(re + 4 * Row, r4, r5, r6, r7);
                            Put<TLane, TVector>(im + 4 * Row, i4, i5, i6, i7);
                        }
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add<TLane, TVector>(float* v, TVector xr, TVector xi, ref TVector r, ref TVector i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector y = TLane.Load(v);
            r = TLane.MultiplyAdd(y, xr, r);
            i = TLane.MultiplyAdd(y, xi, i);
        }

        // Packs a few steps of a chunk; steps that the chunk lacks become zeros.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Pack<TLane, TVector>(int i, int chunk, int p, int steps, float* packed)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int length = run.LengthOf(chunk);
            float* rows = run.RowsOf(chunk) + i;
            for (int end = p + steps; p < end; p++, packed += TLane.Count)
                TLane.Store(packed, p < length ? TLane.Load(rows + (nint)(run.Reverse ? length - 1 - p : p) * run.Stride) : default);
        }
    }

    private readonly struct KernelKernel(ChunkRun run, float* w, float* kernel) : IElementKernel
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            const int Row = ChunkLayout.Group;
            float* vBuffer = stackalloc float[(ChunkLayout.Rows + 1) * ChunkLayout.Group], v = ChunkLayout.Align(vBuffer);
            float* laterBuffer = stackalloc float[(ChunkLayout.Rows + Step + 1) * ChunkLayout.Group],
                later = ChunkLayout.Align(laterBuffer);
            nint lane = TLane.Count;
            float* g = kernel + ChunkLayout.OfKernel(i);
            for (int p = ChunkLayout.Rows; p < ChunkLayout.Rows + Step; p++)
                TLane.Store(later + p * lane, default);
            for (int k = 0; k < run.Count; k++)
            {
                int length = run.LengthOf(k);
                ChunkLayout.Pack<TLane, TVector>(run.RowsOf(k) + i, run.Stride, length, run.Reverse, v);
                ChunkLayout.Pack<TLane, TVector>(w + (run.RowsOf(k) - run.Sequence) + i, run.Stride, length, run.Reverse, later);
                for (int p = 0; p < length; p += Step)
                {
                    float* to = g + p * Row, x = v, y = later + p * lane;
                    TVector g0 = TLane.Load(to), g1 = TLane.Load(to + Row), g2 = TLane.Load(to + 2 * Row), g3 = TLane.Load(to + 3 * Row);
                    TVector y0 = TLane.Load(y), y1 = TLane.Load(y + lane), y2 = TLane.Load(y + 2 * lane);
                    for (int q = length - p; q > 0; q--, x += lane, y += lane)
                    {
                        TVector value = TLane.Load(x), y3 = TLane.Load(y + 3 * lane);
                        g0 = TLane.MultiplyAdd(value, y0, g0);
                        g1 = TLane.MultiplyAdd(value, y1, g1);
                        g2 = TLane.MultiplyAdd(value, y2, g2);
                        g3 = TLane.MultiplyAdd(value, y3, g3);
                        (y0, y1, y2) = (y1, y2, y3);
                    }
                    Put<TLane, TVector>(to, g0, g1, g2, g3);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Get<TLane, TVector>(float* from, out TVector y0, out TVector y1, out TVector y2, out TVector y3)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        y0 = TLane.Load(from);
        y1 = TLane.Load(from + ChunkLayout.Group);
        y2 = TLane.Load(from + 2 * ChunkLayout.Group);
        y3 = TLane.Load(from + 3 * ChunkLayout.Group);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLane, TVector>(float* to, TVector y0, TVector y1, TVector y2, TVector y3)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TLane.Store(to, y0);
        TLane.Store(to + ChunkLayout.Group, y1);
        TLane.Store(to + 2 * ChunkLayout.Group, y2);
        TLane.Store(to + 3 * ChunkLayout.Group, y3);
    }
}
