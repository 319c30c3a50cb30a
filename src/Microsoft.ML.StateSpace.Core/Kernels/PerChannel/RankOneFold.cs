using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Takes the gradient of a table of <see cref="RankOneTables"/> back to those of F, h, r and v_0, for one <see cref="ChunkLayout.Group"/>
/// of channels, each by itself. Complex gradients are (d/d Re, d/d Im). Vectors lie like the states of a boundary
/// (<see cref="ChunkLayout"/>), with their two planes <c>Plane</c> floats apart.
/// </summary>
internal static unsafe class RankOneFold
{
    private const int Row = ChunkLayout.Group, Rows = ChunkLayout.Rows, Plane = Rows * Row;

    /// <summary>Adds to the gradients of F, h, r and the start v_0; with a kernel, also to that of its probe b.</summary>
    public static void Run(
        in RankOneVectors vectors, ReadOnlySpan<float> table, ReadOnlySpan<float> tableGradient,
        RankOneRows order, float sign, ReadOnlySpan<float> probe,
        ReadOnlySpan<float> kernelGradient, in RankOneGradients gradients)
    {
        fixed (float* f = vectors.F, h = vectors.H, r = vectors.R, start = vectors.Start,
            t = table, g = tableGradient, b = probe, k = kernelGradient)
        fixed (float* df = gradients.F, dh = gradients.H, dr = gradients.R, dstart = gradients.Start, db = gradients.Probe)
            Elements.Run(
                new Kernel(vectors.States, vectors.Plane, f, h, r, start, t, g, order, sign, b, k, df, dh, dr, dstart, db),
                vectors.Channels);
    }

    /// <summary>Takes the gradients of the table <c>-F^p H</c> and of <c>F^Q</c> back to those of F and H, and adds to them.</summary>
    public static void Powers(
        in RankOneVectors vectors, ReadOnlySpan<float> table, ReadOnlySpan<float> tableGradient,
        ReadOnlySpan<float> powerGradient, Span<float> poleGradient,
        Span<float> startGradient)
    {
        fixed (float* f = vectors.F, t = table, g = tableGradient, dp = powerGradient, df = poleGradient, dh = startGradient)
            Elements.Run(new PowersKernel(vectors.States, vectors.Plane, f, t, g, dp, df, dh), vectors.Channels);
    }

    private readonly struct Kernel(
        int states, int plane, float* f, float* h, float* r, float* start, float* table, float* tableGradient,
        RankOneRows order, float sign, float* probe,
        float* kernelGradient, float* df, float* dh, float* dr, float* dstart, float* dprobe) : IElementKernel
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* g = stackalloc float[2 * states * Row];
            for (int n = 0; n < 2 * states; n++)
                TLane.Store(g + n * TLane.Count, default);
            for (int p = order == RankOneRows.FromSecond ? Rows : Rows - 1; ; p--)
            {
                if (RowOf(p) >= 0)
                    AddTable<TLane, TVector>(i, p, g);
                if (kernelGradient != null && p < Rows)
                    AddKernel<TLane, TVector>(i, p, g);
                if (p == 0)
                    break;
                Before<TLane, TVector>(i, p - 1, g);
            }
            for (int n = 0; n < states; n++, g += 2 * TLane.Count)
            {
                Add<TLane, TVector>(dstart + i + n * Row, TLane.Load(g));
                Add<TLane, TVector>(dstart + i + plane + n * Row, TLane.Load(g + TLane.Count));
            }
        }

        private int RowOf(int p) => order switch { RankOneRows.FromFirst => p, RankOneRows.FromSecond => p - 1, _ => Rows - 1 - p };

        // v_p of state n: a row of the table, or the start where the table does not hold v_0.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private (TVector Re, TVector Im) Value<TLane, TVector>(int i, int p, int n)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int row = RowOf(p);
            if (row < 0)
                return (TLane.Load(start + i + n * Row), TLane.Load(start + i + plane + n * Row));
            float* at = table + i + 2 * n * Plane + row * Row;
            return (TLane.Load(at), TLane.Multiply(TLane.Broadcast(sign), TLane.Load(at + Plane)));
        }

        private void AddTable<TLane, TVector>(int i, int p, float* g)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector turn = TLane.Broadcast(sign);
            float* from = tableGradient + i + RowOf(p) * Row;
            for (int n = 0; n < states; n++, from += 2 * Plane, g += 2 * TLane.Count)
            {
                Add<TLane, TVector>(g, TLane.Load(from));
                Add<TLane, TVector>(g + TLane.Count, TLane.Multiply(turn, TLane.Load(from + Plane)));
            }
        }

        // K_p = Re(b . v_p)
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void AddKernel<TLane, TVector>(int i, int p, float* g)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector dk = TLane.Load(kernelGradient + i + p * Row);
            for (int n = 0; n < states; n++, g += 2 * TLane.Count)
            {
                int at = i + n * Row;
                var (vr, vi) = Value<TLane, TVector>(i, p, n);
                TLane.Store(g, TLane.MultiplyAdd(dk, TLane.Load(probe + at), TLane.Load(g)));
                TLane.Store(g + TLane.Count, TLane.MultiplySubtract(dk, TLane.Load(probe + plane + at), TLane.Load(g + TLane.Count)));
                TLane.Store(dprobe + at, TLane.MultiplyAdd(dk, vr, TLane.Load(dprobe + at)));
                TLane.Store(dprobe + plane + at, TLane.MultiplySubtract(dk, vi, TLane.Load(dprobe + plane + at)));
            }
        }

        // From the gradient g of v_{p+1} = F v_p - h kappa, with kappa = Re(r . v_p), to that of v_p: conj(F) g + conj(r) dkappa, with
        // dkappa = -Re(conj(h) . g).
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Before<TLane, TVector>(int i, int p, float* g)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector kappa = default, dkappa = default;
            for (int n = 0; n < states; n++)
            {
                int at = i + n * Row;
                float* own = g + 2 * n * TLane.Count;
                var (vr, vi) = Value<TLane, TVector>(i, p, n);
                kappa = TLane.MultiplySubtract(TLane.Load(r + plane + at), vi, TLane.MultiplyAdd(TLane.Load(r + at), vr, kappa));
                dkappa = TLane.MultiplySubtract(TLane.Load(h + at), TLane.Load(own), dkappa);
                dkappa = TLane.MultiplySubtract(TLane.Load(h + plane + at), TLane.Load(own + TLane.Count), dkappa);
            }
            for (int n = 0; n < states; n++, g += 2 * TLane.Count)
            {
                int at = i + n * Row;
                TVector gr = TLane.Load(g), gi = TLane.Load(g + TLane.Count), fr = TLane.Load(f + at), fi = TLane.Load(f + plane + at);
                var (vr, vi) = Value<TLane, TVector>(i, p, n);
                TLane.Store(df + at, TLane.MultiplyAdd(gi, vi, TLane.MultiplyAdd(gr, vr, TLane.Load(df + at))));
                TLane.Store(df + plane + at, TLane.MultiplySubtract(gr, vi, TLane.MultiplyAdd(gi, vr, TLane.Load(df + plane + at))));
                TLane.Store(dh + at, TLane.MultiplySubtract(kappa, gr, TLane.Load(dh + at)));
                TLane.Store(dh + plane + at, TLane.MultiplySubtract(kappa, gi, TLane.Load(dh + plane + at)));
                TLane.Store(dr + at, TLane.MultiplyAdd(dkappa, vr, TLane.Load(dr + at)));
                TLane.Store(dr + plane + at, TLane.MultiplySubtract(dkappa, vi, TLane.Load(dr + plane + at)));
                TVector re = TLane.MultiplyAdd(fi, gi, TLane.Multiply(fr, gr)), im = TLane.MultiplySubtract(fi, gr, TLane.Multiply(fr, gi));
                TLane.Store(g, TLane.MultiplyAdd(dkappa, TLane.Load(r + at), re));
                TLane.Store(g + TLane.Count, TLane.MultiplySubtract(dkappa, TLane.Load(r + plane + at), im));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add<TLane, TVector>(float* to, TVector value)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Store(to, TLane.Add(TLane.Load(to), value));
    }

    private readonly struct PowersKernel(
        int states, int plane, float* f, float* table, float* tableGradient, float* powerGradient, float* df, float* dh) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector count = TLane.Broadcast(Rows);
            for (int n = 0; n < states; n++)
            {
                int at = i + n * Row;
                float* e = table + i + 2 * n * Plane, g = tableGradient + i + 2 * n * Plane;
                TVector fr = TLane.Load(f + at), fi = TLane.Load(f + plane + at), mr = default, mi = default;
                // The table: e_p = F e_{p-1}, e_0 = -H.
                var (sr, si) = (TLane.Load(df + at), TLane.Load(df + plane + at));
                for (int p = Rows - 1; p > 0; p--)
                {
                    (mr, mi) = (TLane.Add(mr, TLane.Load(g + p * Row)), TLane.Add(mi, TLane.Load(g + p * Row + Plane)));
                    AddProduct<TLane, TVector>(
                        mr, mi, TLane.Load(e + (p - 1) * Row), TLane.Load(e + (p - 1) * Row + Plane), ref sr, ref si);
                    (mr, mi) = Conjugated<TLane, TVector>(fr, fi, mr, mi);
                }
                TLane.Store(dh + at, TLane.Subtract(TLane.Load(dh + at), TLane.Add(mr, TLane.Load(g))));
                TLane.Store(dh + plane + at, TLane.Subtract(TLane.Load(dh + plane + at), TLane.Add(mi, TLane.Load(g + Plane))));
                // The power: the derivative of F^Q is Q F^(Q-1), and Q - 1 has only ones in binary.
                var (pr, pi) = (
                    TLane.Multiply(count, TLane.Load(powerGradient + at)),
                    TLane.Multiply(count, TLane.Load(powerGradient + plane + at)));
                for (int bit = 1; bit < Rows; bit *= 2)
                {
                    (pr, pi) = Conjugated<TLane, TVector>(fr, fi, pr, pi);
                    (fr, fi) = (TLane.MultiplySubtract(fi, fi, TLane.Multiply(fr, fr)), TLane.Multiply(TLane.Add(fr, fr), fi));
                }
                TLane.Store(df + at, TLane.Add(sr, pr));
                TLane.Store(df + plane + at, TLane.Add(si, pi));
            }
        }

        // conj(a) m
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static (TVector Re, TVector Im) Conjugated<TLane, TVector>(TVector ar, TVector ai, TVector mr, TVector mi)
            where TLane : ILane<TVector>
            where TVector : struct
            => (TLane.MultiplyAdd(ai, mi, TLane.Multiply(ar, mr)), TLane.MultiplySubtract(ai, mr, TLane.Multiply(ar, mi)));

        // g += m conj(x)
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void AddProduct<TLane, TVector>(TVector mr, TVector mi, TVector xr, TVector xi, ref TVector gr, ref TVector gi)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            gr = TLane.MultiplyAdd(mi, xi, TLane.MultiplyAdd(mr, xr, gr));
            gi = TLane.MultiplySubtract(mr, xi, TLane.MultiplyAdd(mi, xr, gi));
        }
    }
}

/// <summary>F, h, r and v_0 of one group of channels.</summary>
internal readonly ref struct RankOneVectors
{
    public required int Channels { get; init; }

    /// <summary>N.</summary>
    public required int States { get; init; }

    /// <summary>Floats from a real part to its imaginary part.</summary>
    public required int Plane { get; init; }

    public required ReadOnlySpan<float> F { get; init; }

    public required ReadOnlySpan<float> H { get; init; }

    public required ReadOnlySpan<float> R { get; init; }

    public required ReadOnlySpan<float> Start { get; init; }
}

/// <summary>The gradients of F, h, r, v_0 and the probe; some of them may be the same memory.</summary>
internal readonly ref struct RankOneGradients
{
    public required Span<float> F { get; init; }

    public required Span<float> H { get; init; }

    public required Span<float> R { get; init; }

    public required Span<float> Start { get; init; }

    public Span<float> Probe { get; init; }
}
