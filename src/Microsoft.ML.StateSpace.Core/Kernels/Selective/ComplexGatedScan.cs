using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The complex diagonal recurrence of one sequence with a gated decay and phase: <c>h_t = a_t h_{t-1} + m_t i_t x_t</c> with
/// <c>l_t = r_t L</c>, <c>a_t = 2^l_t exp(2 pi j r_t T)</c> and <c>m_t = sqrt(1 - |a_t|^2)</c>. L (N) is at most 0, T (N) counts turns, r
/// and i are (length, N); x, h and their gradients are (length, 2, N), the real parts of a row before its imaginary parts. With
/// <c>unitFirst</c>, m is 1 in the first row. An empty <c>before</c> stands for a state of zeros. Factors are computed again in Backward
/// rather than kept.
/// </summary>
internal static unsafe class ComplexGatedScan
{
    /// <summary>Assigns h. <paramref name="before"/>, (2, N), must be other memory.</summary>
    public static void Forward(
        ReadOnlySpan<float> logDecay, ReadOnlySpan<float> turns, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x,
        ReadOnlySpan<float> before, bool unitFirst, Span<float> h)
    {
        fixed (float* pl = logDecay, pt = turns, pr = r, pi = i, px = x, pb = before, ph = h)
            Columns.RunEach(
                new ForwardWalk(new Gates(pl, pt, pr, pi, px, logDecay.Length), pb, ph, r.Length / logDecay.Length, unitFirst),
                logDecay.Length);
    }

    /// <summary>
    /// Computes what a piece of a sequence hands on, (3, 2, N): the last h from a state of zeros, with m not replaced in the first row;
    /// how much the last h differs when m is 1 in the first row; and the product of all a. <paramref name="so"/> is what the rows before
    /// these hand on, in other memory; it is empty where the piece begins.
    /// </summary>
    public static void End(
        ReadOnlySpan<float> logDecay, ReadOnlySpan<float> turns, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x,
        ReadOnlySpan<float> so, Span<float> end)
    {
        fixed (float* pl = logDecay, pt = turns, pr = r, pi = i, px = x, ps = so, pe = end)
            Columns.RunEach(
                new EndWalk(new Gates(pl, pt, pr, pi, px, logDecay.Length), ps, pe, r.Length / logDecay.Length), logDecay.Length);
    }

    /// <summary>
    /// <c>conj(a_1) s_1</c> of a piece with nothing behind it, (2, N), where <c>s_t = dh_t + conj(a_{t+1}) s_{t+1}</c>. The piece adds it
    /// to the gradient of the last row of the piece before.
    /// </summary>
    public static void Front(
        ReadOnlySpan<float> logDecay, ReadOnlySpan<float> turns, ReadOnlySpan<float> r, ReadOnlySpan<float> dh, Span<float> front)
    {
        fixed (float* pl = logDecay, pt = turns, pr = r, pdh = dh, pf = front)
            Columns.RunEach(
                new FrontWalk(new Gates(pl, pt, pr, null, null, logDecay.Length), pdh, pf, r.Length / logDecay.Length), logDecay.Length);
    }

    /// <summary>The gradient of <see cref="Forward"/>. All results are assigned.</summary>
    /// <param name="logDecay">L.</param>
    /// <param name="turns">T.</param>
    /// <param name="r">The recurrence gate, a sigmoid.</param>
    /// <param name="i">The input gate, a sigmoid.</param>
    /// <param name="x">The input.</param>
    /// <param name="h">As Forward left it.</param>
    /// <param name="before">As in Forward.</param>
    /// <param name="behind"><c>conj(a) s</c> of the row behind the last, (2, N); empty where there is none.</param>
    /// <param name="front"><c>conj(a) s</c> of the first row, (2, N), in other memory.</param>
    /// <param name="unitFirst">As in Forward.</param>
    /// <param name="dh">The gradient of h.</param>
    /// <param name="dr">Gradient of the argument of the sigmoid r.</param>
    /// <param name="di">Gradient of the argument of the sigmoid i.</param>
    /// <param name="dx">Gradient of x.</param>
    /// <param name="scaledDecayGradient">L times its gradient, (N), which stays finite at m = 0.</param>
    /// <param name="turnsGradient">The gradient of T, (N).</param>
    public static void Backward(
        ReadOnlySpan<float> logDecay, ReadOnlySpan<float> turns, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x,
        ReadOnlySpan<float> h, ReadOnlySpan<float> before, ReadOnlySpan<float> behind, Span<float> front, bool unitFirst,
        ReadOnlySpan<float> dh, Span<float> dr, Span<float> di, Span<float> dx, Span<float> scaledDecayGradient, Span<float> turnsGradient)
    {
        fixed (float* pl = logDecay, pt = turns, pr = r, pi = i, px = x, ph = h, pb = before, pe = behind, pf = front, pdh = dh,
            pdr = dr, pdi = di, pdx = dx, pd = scaledDecayGradient, pdt = turnsGradient)
            Columns.RunEach(
                new BackwardWalk(
                    new Gates(pl, pt, pr, pi, px, logDecay.Length), ph, pb, pe, pf, pdh, pdr, pdi, pdx, pd, pdt, r.Length / logDecay.Length,
                    unitFirst),
                logDecay.Length);
    }

    /// <summary>What the step of a row is made of.</summary>
    private readonly struct Gates(float* logDecay, float* turns, float* r, float* i, float* x, int states)
    {
        public nint States => states;

        /// <summary>a, |a| and m from l and the turns of a row.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Factor<TLane, TVector>(TVector l, TVector turn, out TVector re, out TVector im, out TVector size, out TVector m)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            (size, m) = GatedScan.Decay<TLane, TVector>(l);
            Turns.Half<TLane, TVector>(turn, out TVector sin, out TVector cos);
            TVector twice = TLane.Add(sin, sin);
            re = TLane.Multiply(size, TLane.MultiplySubtract(twice, sin, TLane.Broadcast(1)));
            im = TLane.Multiply(size, TLane.Multiply(twice, cos));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (TVector R, TVector L, TVector Turn) Recurrence<TLane, TVector>(nint row, int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector gate = TLane.Load(r + row * states + column);
            return (gate, TLane.Multiply(gate, TLane.Load(logDecay + column)), TLane.Multiply(gate, TLane.Load(turns + column)));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (TVector I, TVector Re, TVector Im) Input<TLane, TVector>(nint row, int column)
            where TLane : ILane<TVector>
            where TVector : struct
            => (TLane.Load(i + row * states + column), TLane.Load(x + 2 * row * states + column),
                TLane.Load(x + (2 * row + 1) * states + column));
    }

    private readonly struct ForwardWalk(Gates gates, float* before, float* h, int length, bool unitFirst) : IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector re = default, im = default;
            if (before != null)
                (re, im) = (TLane.Load(before + column), TLane.Load(before + gates.States + column));
            for (nint t = 0; t < length; t++)
            {
                var (_, l, turn) = gates.Recurrence<TLane, TVector>(t, column);
                Gates.Factor<TLane, TVector>(l, turn, out TVector aRe, out TVector aIm, out _, out TVector m);
                var (i, xRe, xIm) = gates.Input<TLane, TVector>(t, column);
                TVector open = unitFirst && t == 0 ? i : TLane.Multiply(m, i);
                (re, im) = ComplexLane.MultiplyAdd<TLane, TVector>(
                    aRe, aIm, re, im, TLane.Multiply(open, xRe), TLane.Multiply(open, xIm));
                TLane.Store(h + 2 * t * gates.States + column, re);
                TLane.Store(h + (2 * t + 1) * gates.States + column, im);
            }
        }
    }

    private readonly struct EndWalk(Gates gates, float* so, float* end, int length) : IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector one = TLane.Broadcast(1), re = default, im = default, moreRe = default, moreIm = default, allRe = one, allIm = default;
            nint states = gates.States;
            if (so != null)
            {
                (re, im) = Load<TLane, TVector>(so, column, states);
                (moreRe, moreIm) = Load<TLane, TVector>(so + 2 * states, column, states);
                (allRe, allIm) = Load<TLane, TVector>(so + 4 * states, column, states);
            }
            for (nint t = 0; t < length; t++)
            {
                var (_, l, turn) = gates.Recurrence<TLane, TVector>(t, column);
                Gates.Factor<TLane, TVector>(l, turn, out TVector aRe, out TVector aIm, out _, out TVector m);
                var (i, xRe, xIm) = gates.Input<TLane, TVector>(t, column);
                TVector open = TLane.Multiply(m, i), rest = TLane.Multiply(TLane.Subtract(one, m), i);
                (re, im) = ComplexLane.MultiplyAdd<TLane, TVector>(
                    aRe, aIm, re, im, TLane.Multiply(open, xRe), TLane.Multiply(open, xIm));
                (moreRe, moreIm) = so == null && t == 0 ? (TLane.Multiply(rest, xRe), TLane.Multiply(rest, xIm))
                    : ComplexLane.MultiplyAdd<TLane, TVector>(aRe, aIm, moreRe, moreIm, default, default);
                (allRe, allIm) = ComplexLane.MultiplyAdd<TLane, TVector>(aRe, aIm, allRe, allIm, default, default);
            }
            Store<TLane, TVector>(end, column, states, re, im);
            Store<TLane, TVector>(end + 2 * states, column, states, moreRe, moreIm);
            Store<TLane, TVector>(end + 4 * states, column, states, allRe, allIm);
        }
    }

    private readonly struct FrontWalk(Gates gates, float* dh, float* front, int length) : IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector re = default, im = default;
            for (nint t = length - 1; t >= 0; t--)
            {
                var (_, l, turn) = gates.Recurrence<TLane, TVector>(t, column);
                Gates.Factor<TLane, TVector>(l, turn, out TVector aRe, out TVector aIm, out _, out _);
                TVector sRe = TLane.Add(TLane.Load(dh + 2 * t * gates.States + column), re),
                    sIm = TLane.Add(TLane.Load(dh + (2 * t + 1) * gates.States + column), im);
                (re, im) = ComplexLane.ConjugateMultiply<TLane, TVector>(aRe, aIm, sRe, sIm);
            }
            Store<TLane, TVector>(front, column, gates.States, re, im);
        }
    }

    private readonly struct BackwardWalk(
        Gates gates, float* h, float* before, float* behind, float* front, float* dh, float* dr, float* di, float* dx,
        float* decayGradient, float* turnsGradient, int length, bool unitFirst) : IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            // The carried value is conj(a_{t+1}) s_{t+1}.
            TVector one = TLane.Broadcast(1), re = default, im = default, decays = default, phases = default;
            if (behind != null)
                (re, im) = (TLane.Load(behind + column), TLane.Load(behind + gates.States + column));
            for (nint t = length - 1; t >= 0; t--)
            {
                bool unit = unitFirst && t == 0;
                var (r, l, turn) = gates.Recurrence<TLane, TVector>(t, column);
                Gates.Factor<TLane, TVector>(l, turn, out TVector aRe, out TVector aIm, out TVector size, out TVector m);
                var (i, xRe, xIm) = gates.Input<TLane, TVector>(t, column);
                nint row = 2 * t * gates.States + column, imaginary = row + gates.States;
                TVector sRe = TLane.Add(TLane.Load(dh + row), re), sIm = TLane.Add(TLane.Load(dh + imaginary), im);
                (re, im) = ComplexLane.ConjugateMultiply<TLane, TVector>(aRe, aIm, sRe, sIm);
                // With z = a h': l dl = ln 2 (l Re(conj(s) z) - |a|^2 (l / m) i Re(conj(s) x)), and dT = 2 pi r Im(s conj(z)).
                float* previous = t > 0 ? h + 2 * (t - 1) * gates.States : before;
                TVector change = default, rotation = default, through = TLane.MultiplyAdd(sRe, xRe, TLane.Multiply(sIm, xIm));
                if (previous != null)
                {
                    var (zRe, zIm) = ComplexLane.MultiplyAdd<TLane, TVector>(
                        aRe, aIm, TLane.Load(previous + column), TLane.Load(previous + gates.States + column), default, default);
                    change = TLane.Multiply(l, TLane.MultiplyAdd(sRe, zRe, TLane.Multiply(sIm, zIm)));
                    rotation = TLane.Multiply(
                        TLane.MultiplySubtract(sRe, zIm, TLane.Multiply(sIm, zRe)), TLane.Broadcast(2 * MathF.PI));
                }
                if (!unit)
                {
                    TVector slope = TLane.Divide(TLane.Multiply(TLane.Multiply(size, size), l), TLane.Clamp(m, Tiny, 1));
                    change = TLane.MultiplySubtract(slope, TLane.Multiply(i, through), change);
                }
                change = TLane.Multiply(change, TLane.Broadcast(0.693147181f));
                decays = TLane.Add(decays, change);
                phases = TLane.MultiplyAdd(r, rotation, phases);
                TVector open = unit ? one : m;
                // l = L sigmoid(.), turn = T sigmoid(.), i = sigmoid(.)
                TLane.Store(
                    dr + t * gates.States + column,
                    TLane.Multiply(TLane.MultiplyAdd(turn, rotation, change), TLane.Subtract(one, r)));
                TVector gated = TLane.Multiply(open, i);
                TLane.Store(
                    di + t * gates.States + column, TLane.Multiply(TLane.Multiply(gated, through), TLane.Subtract(one, i)));
                TLane.Store(dx + row, TLane.Multiply(gated, sRe));
                TLane.Store(dx + imaginary, TLane.Multiply(gated, sIm));
            }
            Store<TLane, TVector>(front, column, gates.States, re, im);
            TLane.Store(decayGradient + column, decays);
            TLane.Store(turnsGradient + column, phases);
        }

        // The least m to divide by; it is below the square root of the smallest float, so it replaces no m but 0.
        private const float Tiny = 1e-30f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Re, TVector Im) Load<TLane, TVector>(float* planes, int column, nint states)
        where TLane : ILane<TVector>
        where TVector : struct
        => (TLane.Load(planes + column), TLane.Load(planes + states + column));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLane, TVector>(float* planes, int column, nint states, TVector re, TVector im)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TLane.Store(planes + column, re);
        TLane.Store(planes + states + column, im);
    }
}
