using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Independent channels whose state matrix is diagonal but for a rank of one, for one <see cref="ChunkLayout.Group"/>: <c>x_0 = B</c>,
/// <c>x_{l+1} = F x_l - H m_l</c> with
/// <c>m_l = sum_n Re(R_n x_l,n)</c>, and the impulse responses <c>K_l = sum_n Re(C_n x_l,n)</c> of one or two read-outs. Lanes are channels; a step costs 10
/// multiply-adds a state.
/// Every 32 steps the states are stored; Backward computes those between again.
/// Vectors lie as the states of a boundary in <see cref="ChunkLayout"/>, planes <c>plane</c> floats apart; memory of its own is (N, 2, Group) a time step.
/// </summary>
internal static unsafe class RankOneResponse
{
    private const int Group = ChunkLayout.Group, Rows = ChunkLayout.Rows;

    /// <summary>Floats that Forward leaves for Backward.</summary>
    public static int StatesSize(int states, int length) => (ChunkLayout.Chunks(length) + 1) * 2 * states * Group;

    /// <summary>Floats that Backward also needs: states and their gradients of a chunk, and two numbers a step.</summary>
    public static int ChunkSize(int states) => (2 * Rows + 1) * 2 * states * Group + 2 * Rows * Group;

    /// <param name="channels">Channels of the group.</param>
    /// <param name="states">N.</param>
    /// <param name="plane">From a real part to its imaginary part.</param>
    /// <param name="f">F; as the next three from the group's first value on.</param>
    /// <param name="h">H.</param>
    /// <param name="r">R.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C.</param>
    /// <param name="reverse">C of the second read-out, or empty.</param>
    /// <param name="length">Steps.</param>
    /// <param name="kept">The states every 32 steps, <see cref="StatesSize"/>.</param>
    /// <param name="responses">K of each read-out, (length, Group).</param>
    public static void Forward(
        int channels, int states, int plane, ReadOnlySpan<float> f, ReadOnlySpan<float> h, ReadOnlySpan<float> r, ReadOnlySpan<float> b, ReadOnlySpan<float> c,
        ReadOnlySpan<float> reverse,
        int length, Span<float> kept, Span<float> responses)
    {
        fixed (float* pf = f, ph = h, pr = r, pb = b, pc = c, p2 = reverse, px = kept, pk = responses)
            Elements.Run(new ForwardKernel(new Vectors(states, plane, pf, ph, pr, pb, pc, p2), length, px, pk), channels);
    }

    /// <summary>The gradients of F, H, R, B and C, given those of the responses; added to. Arguments as in <see cref="Forward"/>.</summary>
    public static void Backward(
        int channels, int states, int plane, ReadOnlySpan<float> f, ReadOnlySpan<float> h, ReadOnlySpan<float> r, ReadOnlySpan<float> b, ReadOnlySpan<float> c,
        ReadOnlySpan<float> reverse,
        int length, ReadOnlySpan<float> kept, Span<float> chunk, ReadOnlySpan<float> responseGradients,
        Span<float> df, Span<float> dh, Span<float> dr, Span<float> db, Span<float> dc, Span<float> dreverse)
    {
        fixed (float* pf = f, ph = h, pr = r, pb = b, pc = c, p2 = reverse, px = kept, pm = chunk, pk = responseGradients)
        fixed (float* gf = df, gh = dh, gr = dr, gb = db, gc = dc, g2 = dreverse)
        {
            Elements.Run(
                new BackwardKernel(new Vectors(states, plane, pf, ph, pr, pb, pc, p2), new Vectors(states, plane, gf, gh, gr, gb, gc, g2), length, px, pm, pk),
                channels);
        }
    }

    /// <summary>One step with an input: <c>x = F x - H m + B u</c>, <c>y = sum_n Re(C x_n) + d u</c>. The states lie as the other vectors; all
    /// groups.</summary>
    public static void Step(
        int states, int plane, ReadOnlySpan<float> f, ReadOnlySpan<float> h, ReadOnlySpan<float> r, ReadOnlySpan<float> b, ReadOnlySpan<float> c,
        ReadOnlySpan<float> d,
        ReadOnlySpan<float> u, Span<float> x, Span<float> y)
    {
        fixed (float* pf = f, ph = h, pr = r, pb = b, pc = c, pd = d, pu = u, px = x, py = y)
            Elements.Run(new StepKernel(new Vectors(states, plane, pf, ph, pr, pb, pc, null), pd, pu, px, py), u.Length);
    }

    /// <summary>The vectors of a system, or their gradients.</summary>
    private readonly struct Vectors(int states, int plane, float* f, float* h, float* r, float* b, float* c, float* reverse)
    {
        public readonly int States = states, Plane = plane;
        public readonly float* F = f, H = h, R = r, B = b, C = c, Reverse = reverse;
    }

    private readonly struct ForwardKernel(Vectors system, int length, float* kept, float* responses) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int states = system.States;
            nint size = 2 * states * Group;
            float* current = kept + i, working = current + ChunkLayout.Chunks(length) * size, k = responses + i, second = responses + (nint)length * Group + i;
            var (m, y, z) = Start<TLane, TVector>(system, i, current);
            for (int l = 0; l < length; l++, k += Group, second += Group)
            {
                TLane.Store(k, y);
                if (system.Reverse != null)
                    TLane.Store(second, z);
                float* next = (l + 1) % Rows == 0 ? kept + i + (l + 1) / Rows * size : working;
                (m, y, z) = Next<TLane, TVector>(system, i, current, m, next);
                current = next;
            }
        }
    }

    private readonly struct BackwardKernel(Vectors system, Vectors gradient, int length, float* kept, float* chunk, float* responseGradients) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint size = 2 * system.States * Group;
            float* x = chunk + i, g = x + Rows * size, ms = g + (Rows + 1) * size, dms = ms + Rows * Group;
            float* dk = responseGradients + i, second = dk + (nint)length * Group, first = g + Rows * size;
            for (int n = 0; n < system.States; n++)
            {
                TLane.Store(first + 2 * n * Group, default);
                TLane.Store(first + (2 * n + 1) * Group, default);
            }
            TVector dm = default;
            for (int k = ChunkLayout.Chunks(length) - 1; k >= 0; k--)
            {
                int start = k * Rows, count = Math.Min(Rows, length - start);
                Recompute<TLane, TVector>(i, kept + k * size + i, count, x, ms);
                // of the step behind the chunk to where its steps begin
                float* behind = first;
                for (int l = count - 1; l >= 0; l--)
                {
                    TLane.Store(dms + l * Group, dm);
                    float* to = g + l * size;
                    dm = Before<TLane, TVector>(i, behind, dm, TLane.Load(dk + (nint)(start + l) * Group),
                        system.Reverse == null ? default : TLane.Load(second + (nint)(start + l) * Group), to);
                    behind = to;
                }
                Add<TLane, TVector>(i, start, count, x, g, first, ms, dms);
                for (int n = 0; n < 2 * system.States; n++)
                    TLane.Store(first + n * Group, TLane.Load(g + n * Group));
            }
            nint s = ChunkLayout.OfState(i, system.States);
            for (int n = 0; n < system.States; n++, s += Group)
            {
                TLane.Store(gradient.B + s, TLane.Add(TLane.Load(gradient.B + s), TLane.Load(first + 2 * n * Group)));
                TLane.Store(gradient.B + system.Plane + s, TLane.Add(TLane.Load(gradient.B + system.Plane + s), TLane.Load(first + (2 * n + 1) * Group)));
            }
        }

        // The states of a chunk and their m.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Recompute<TLane, TVector>(int i, float* from, int count, float* x, float* ms)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint size = 2 * system.States * Group, s = ChunkLayout.OfState(i, system.States);
            TVector m = default;
            for (int n = 0; n < system.States; n++, s += Group)
            {
                TVector xr = TLane.Load(from + 2 * n * Group), xi = TLane.Load(from + (2 * n + 1) * Group);
                TLane.Store(x + 2 * n * Group, xr);
                TLane.Store(x + (2 * n + 1) * Group, xi);
                m = RealProduct<TLane, TVector>(system.R + s, system.Plane, xr, xi, m);
            }
            TLane.Store(ms, m);
            for (int l = 1; l < count; l++, x += size)
            {
                (m, _, _) = Next<TLane, TVector>(system, i, x, m, x + size);
                TLane.Store(ms + l * Group, m);
            }
        }

        // g_l = conj(F) g_{l+1} + conj(R) dm_l + conj(C) dK_l, and dm of the step before: -sum_n Re(conj(H) g_l)
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private TVector Before<TLane, TVector>(int i, float* behind, TVector dm, TVector dk, TVector dk2, float* to)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint s = ChunkLayout.OfState(i, system.States), plane = system.Plane;
            TVector sum = default;
            for (int n = 0; n < system.States; n++, s += Group, behind += 2 * Group, to += 2 * Group)
            {
                TVector gr = TLane.Load(behind), gi = TLane.Load(behind + Group), fr = TLane.Load(system.F + s), fi = TLane.Load(system.F + plane + s);
                TVector re = TLane.MultiplyAdd(fi, gi, TLane.Multiply(fr, gr)), im = TLane.MultiplySubtract(fi, gr, TLane.Multiply(fr, gi));
                re = TLane.MultiplyAdd(dm, TLane.Load(system.R + s), re);
                im = TLane.MultiplySubtract(dm, TLane.Load(system.R + plane + s), im);
                re = TLane.MultiplyAdd(dk, TLane.Load(system.C + s), re);
                im = TLane.MultiplySubtract(dk, TLane.Load(system.C + plane + s), im);
                if (system.Reverse != null)
                {
                    re = TLane.MultiplyAdd(dk2, TLane.Load(system.Reverse + s), re);
                    im = TLane.MultiplySubtract(dk2, TLane.Load(system.Reverse + plane + s), im);
                }
                TLane.Store(to, re);
                TLane.Store(to + Group, im);
                sum = TLane.MultiplySubtract(TLane.Load(system.H + s), re, sum);
                sum = TLane.MultiplySubtract(TLane.Load(system.H + plane + s), im, sum);
            }
            return sum;
        }

        // dF += g_{l+1} conj(x_l), dH -= m_l g_{l+1}, dR += dm_l conj(x_l), dC += dK_l conj(x_l)
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Add<TLane, TVector>(int i, int start, int count, float* x, float* g, float* first, float* ms, float* dms)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint size = 2 * system.States * Group, s = ChunkLayout.OfState(i, system.States), plane = system.Plane;
            for (int n = 0; n < system.States; n++, s += Group, x += 2 * Group, g += 2 * Group, first += 2 * Group)
            {
                TVector fr = TLane.Load(gradient.F + s), fi = TLane.Load(gradient.F + plane + s), hr = TLane.Load(gradient.H + s),
                    hi = TLane.Load(gradient.H + plane + s);
                TVector rr = TLane.Load(gradient.R + s), ri = TLane.Load(gradient.R + plane + s), cr = TLane.Load(gradient.C + s),
                    ci = TLane.Load(gradient.C + plane + s);
                TVector er = default, ei = default;
                float* dk = responseGradients + (nint)start * Group + i, second = dk + (nint)length * Group;
                for (int l = 0; l < count; l++, dk += Group, second += Group)
                {
                    float* later = l + 1 == count ? first : g + (l + 1) * size, state = x + l * size;
                    TVector xr = TLane.Load(state), xi = TLane.Load(state + Group), gr = TLane.Load(later), gi = TLane.Load(later + Group);
                    TVector m = TLane.Load(ms + l * Group), dm = TLane.Load(dms + l * Group), d = TLane.Load(dk);
                    fr = TLane.MultiplyAdd(gi, xi, TLane.MultiplyAdd(gr, xr, fr));
                    fi = TLane.MultiplySubtract(gr, xi, TLane.MultiplyAdd(gi, xr, fi));
                    hr = TLane.MultiplySubtract(m, gr, hr);
                    hi = TLane.MultiplySubtract(m, gi, hi);
                    rr = TLane.MultiplyAdd(dm, xr, rr);
                    ri = TLane.MultiplySubtract(dm, xi, ri);
                    cr = TLane.MultiplyAdd(d, xr, cr);
                    ci = TLane.MultiplySubtract(d, xi, ci);
                    if (system.Reverse != null)
                    {
                        d = TLane.Load(second);
                        er = TLane.MultiplyAdd(d, xr, er);
                        ei = TLane.MultiplySubtract(d, xi, ei);
                    }
                }
                Put<TLane, TVector>(gradient.F + s, plane, fr, fi);
                Put<TLane, TVector>(gradient.H + s, plane, hr, hi);
                Put<TLane, TVector>(gradient.R + s, plane, rr, ri);
                Put<TLane, TVector>(gradient.C + s, plane, cr, ci);
                if (system.Reverse != null)
                    Put<TLane, TVector>(gradient.Reverse + s, plane, TLane.Add(TLane.Load(gradient.Reverse + s), er),
                        TLane.Add(TLane.Load(gradient.Reverse + plane + s), ei));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put<TLane, TVector>(float* to, nint plane, TVector re, TVector im)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TLane.Store(to, re);
            TLane.Store(to + plane, im);
        }
    }

    private readonly struct StepKernel(Vectors system, float* d, float* u, float* x, float* y) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint start = ChunkLayout.OfState(i, system.States), plane = system.Plane, end = start + system.States * Group;
            TVector m = default, input = TLane.Load(u + i), sum = TLane.Multiply(TLane.Load(d + i), input);
            for (nint s = start; s < end; s += Group)
                m = RealProduct<TLane, TVector>(system.R + s, system.Plane, TLane.Load(x + s), TLane.Load(x + plane + s), m);
            for (nint s = start; s < end; s += Group)
            {
                var (re, im) = Update<TLane, TVector>(system, s, TLane.Load(x + s), TLane.Load(x + plane + s), m);
                re = TLane.MultiplyAdd(TLane.Load(system.B + s), input, re);
                im = TLane.MultiplyAdd(TLane.Load(system.B + plane + s), input, im);
                TLane.Store(x + s, re);
                TLane.Store(x + plane + s, im);
                sum = RealProduct<TLane, TVector>(system.C + s, system.Plane, re, im, sum);
            }
            TLane.Store(y + i, sum);
        }
    }

    // x_0, its m and K_0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (TVector M, TVector Y, TVector Z) Start<TLane, TVector>(in Vectors system, int i, float* x)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector m = default, y = default, z = default;
        nint s = ChunkLayout.OfState(i, system.States);
        for (int n = 0; n < system.States; n++, s += Group, x += 2 * Group)
        {
            TVector re = TLane.Load(system.B + s), im = TLane.Load(system.B + system.Plane + s);
            TLane.Store(x, re);
            TLane.Store(x + Group, im);
            m = RealProduct<TLane, TVector>(system.R + s, system.Plane, re, im, m);
            y = RealProduct<TLane, TVector>(system.C + s, system.Plane, re, im, y);
            if (system.Reverse != null)
                z = RealProduct<TLane, TVector>(system.Reverse + s, system.Plane, re, im, z);
        }
        return (m, y, z);
    }

    // x_{l+1}, its m and K_{l+1}.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (TVector M, TVector Y, TVector Z) Next<TLane, TVector>(in Vectors system, int i, float* x, TVector m, float* to)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector next = default, y = default, z = default;
        nint s = ChunkLayout.OfState(i, system.States);
        for (int n = 0; n < system.States; n++, s += Group, x += 2 * Group, to += 2 * Group)
        {
            var (re, im) = Update<TLane, TVector>(system, s, TLane.Load(x), TLane.Load(x + Group), m);
            TLane.Store(to, re);
            TLane.Store(to + Group, im);
            next = RealProduct<TLane, TVector>(system.R + s, system.Plane, re, im, next);
            y = RealProduct<TLane, TVector>(system.C + s, system.Plane, re, im, y);
            if (system.Reverse != null)
                z = RealProduct<TLane, TVector>(system.Reverse + s, system.Plane, re, im, z);
        }
        return (next, y, z);
    }

    // F x - H m
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Re, TVector Im) Update<TLane, TVector>(in Vectors system, nint s, TVector xr, TVector xi, TVector m)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        nint plane = system.Plane;
        TVector fr = TLane.Load(system.F + s), fi = TLane.Load(system.F + plane + s);
        TVector re = TLane.MultiplySubtract(fi, xi, TLane.Multiply(fr, xr)), im = TLane.MultiplyAdd(fi, xr, TLane.Multiply(fr, xi));
        return (TLane.MultiplySubtract(TLane.Load(system.H + s), m, re), TLane.MultiplySubtract(TLane.Load(system.H + plane + s), m, im));
    }

    // sum + Re(a x)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector RealProduct<TLane, TVector>(float* a, nint plane, TVector xr, TVector xi, TVector sum)
        where TLane : ILane<TVector>
        where TVector : struct
        => TLane.MultiplySubtract(TLane.Load(a + plane), xi, TLane.MultiplyAdd(TLane.Load(a), xr, sum));
}
