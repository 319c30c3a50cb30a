using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The real diagonal recurrence of one sequence with a gated decay: <c>h_t = a_t h_{t-1} + m_t i_t x_t</c> with <c>l_t = r_t L</c>,
/// <c>a_t = 2^l_t</c> and <c>m_t = sqrt(1 - a_t^2)</c>. L (width) is at most 0; all others are (length, width). With <c>unitFirst</c>, m is
/// 1 in the first row. Decays are computed again in Backward rather than kept. An empty <c>before</c> stands for a state of zeros.
/// </summary>
internal static unsafe class GatedScan
{
    /// <summary>Assigns h, and a copy of it to y. <paramref name="before"/> may be the same memory as h where h is a single row.</summary>
    public static void Forward(
        ReadOnlySpan<float> logDecay, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x,
        ReadOnlySpan<float> before, bool unitFirst, Span<float> h, Span<float> y)
    {
        int width = logDecay.Length, length = x.Length / width;
        fixed (float* pl = logDecay, pr = r, pi = i, px = x, pb = before, ph = h, py = y)
            Columns.Run(new ForwardKernel(new Gates(pl, pr, pi, px, width), pb, ph, py, width, length, unitFirst), width, 2);
    }

    /// <summary>
    /// Computes what a piece of a sequence hands on, (3, width): the last h from a state of zeros, with m not replaced in the first row;
    /// how much greater the last h is when m is 1 in the first row; and the product of all a. <paramref name="so"/> is what the rows before
    /// these hand on, in other memory; it is empty where the piece begins.
    /// </summary>
    public static void End(
        ReadOnlySpan<float> logDecay, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x,
        ReadOnlySpan<float> so, Span<float> end)
    {
        int width = logDecay.Length, length = x.Length / width;
        fixed (float* pl = logDecay, pr = r, pi = i, px = x, ps = so, pe = end)
            Columns.RunEach(new EndKernel(new Gates(pl, pr, pi, px, width), ps, pe, length), width);
    }

    /// <summary>
    /// The gradient of <see cref="Forward"/>, with <c>s_t = dh_t + a_{t+1} s_{t+1}</c>. What the row behind the last contributes is
    /// <paramref name="behind"/>, or zeros.
    /// </summary>
    /// <param name="logDecay">L.</param>
    /// <param name="r">The recurrence gate, a sigmoid.</param>
    /// <param name="i">The input gate, a sigmoid.</param>
    /// <param name="x">The input.</param>
    /// <param name="h">As Forward left it.</param>
    /// <param name="before">As in Forward.</param>
    /// <param name="behind"><c>a s</c> of the row behind the last, (width); empty where there is none.</param>
    /// <param name="front"><c>a s</c> of the first row, (width), in other memory; assigned.</param>
    /// <param name="unitFirst">As in Forward.</param>
    /// <param name="dh">The gradient of h.</param>
    /// <param name="dr">Gradient of the argument of the sigmoid r; assigned.</param>
    /// <param name="di">Gradient of the argument of the sigmoid i; assigned.</param>
    /// <param name="dx">Gradient of x; added to.</param>
    /// <param name="scaledDecayGradient">L times its gradient, (width); added to. At m = 0 this product stays finite, while the gradient
    /// itself does not.</param>
    public static void Backward(
            ReadOnlySpan<float> logDecay, ReadOnlySpan<float> r, ReadOnlySpan<float> i, ReadOnlySpan<float> x,
            ReadOnlySpan<float> h, ReadOnlySpan<float> before, ReadOnlySpan<float> behind, Span<float> front, bool unitFirst,
            ReadOnlySpan<float> dh, Span<float> dr, Span<float> di, Span<float> dx, Span<float> scaledDecayGradient)
    {
        int width = logDecay.Length, length = x.Length / width;
        fixed (float* pl = logDecay, pr = r, pi = i, px = x, ph = h,
            pb = before, pe = behind, pf = front, pdh = dh, pdr = dr, pdi = di, pdx = dx, pd = scaledDecayGradient)
            Columns.Run(
                new BackwardKernel(new Gates(pl, pr, pi, px, width), ph, pb, pe, pf, pdh, pdr, pdi, pdx, pd, width, length, unitFirst),
                width, 2);
    }

    /// <summary>
    /// <c>a_1 s_1</c> of a piece with nothing behind it, (width). The piece adds it to the gradient of the last row of the piece before.
    /// </summary>
    public static void Front(ReadOnlySpan<float> logDecay, ReadOnlySpan<float> r, ReadOnlySpan<float> dh, Span<float> front)
    {
        int width = logDecay.Length, length = dh.Length / width;
        fixed (float* pl = logDecay, pr = r, pdh = dh, pf = front)
            Columns.RunEach(new FrontKernel(pl, pr, pdh, pf, width, length), width);
    }

    /// <summary>
    /// <c>a = 2^l</c> and <c>m = sqrt(1 - a^2)</c> from one exponential. With <c>e = a - 1</c>, <c>1 - a^2 = -e (1 + a)</c> keeps its
    /// digits where a is near 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (TVector A, TVector M) Decay<TLane, TVector>(TVector l)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TVector e = LaneMath.Exp2MinusOne<TLane, TVector>(l, out TVector a);
        return (a, TLane.Sqrt(TLane.Multiply(TLane.Subtract(default, e), TLane.Add(a, TLane.Broadcast(1)))));
    }

    /// <summary>What the step of a row is made of.</summary>
    private readonly struct Gates(float* logDecay, float* r, float* i, float* x, int width)
    {
        public nint Width => width;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector L<TLane, TVector>(nint row, int column)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Multiply(TLane.Load(r + row + column), TLane.Load(logDecay + column));

        /// <summary><c>i x</c>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Open<TLane, TVector>(nint row, int column)
            where TLane : ILane<TVector>
            where TVector : struct
            => TLane.Multiply(TLane.Load(i + row + column), TLane.Load(x + row + column));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (TVector R, TVector I, TVector X) At<TLane, TVector>(nint row, int column)
            where TLane : ILane<TVector>
            where TVector : struct
            => (TLane.Load(r + row + column), TLane.Load(i + row + column), TLane.Load(x + row + column));
    }

    private readonly struct ForwardKernel(
        Gates gates, float* before, float* h, float* y, int width, int length, bool unitFirst) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector s0 = Start<TLane, TVector>(c0), s1 = default, s2 = default;
            if (TCount.Value > 1)
                s1 = Start<TLane, TVector>(c1);
            if (TCount.Value > 2)
                s2 = Start<TLane, TVector>(c2);
            nint row = 0;
            for (int t = 0; t < length; t++, row += width)
            {
                bool unit = unitFirst && t == 0;
                s0 = Step<TLane, TVector>(row, c0, s0, unit);
                if (TCount.Value > 1)
                    s1 = Step<TLane, TVector>(row, c1, s1, unit);
                if (TCount.Value > 2)
                    s2 = Step<TLane, TVector>(row, c2, s2, unit);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Start<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
            => before == null ? default : TLane.Load(before + column);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Step<TLane, TVector>(nint row, int column, TVector state, bool unit)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            var (a, m) = Decay<TLane, TVector>(gates.L<TLane, TVector>(row, column));
            TVector open = gates.Open<TLane, TVector>(row, column);
            state = TLane.MultiplyAdd(a, state, unit ? open : TLane.Multiply(m, open));
            TLane.Store(h + row + column, state);
            TLane.Store(y + row + column, state);
            return state;
        }
    }

    private readonly struct EndKernel(Gates gates, float* so, float* end, int length) : IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint row = 0, unit = gates.Width, product = 2 * unit;
            TVector one = TLane.Broadcast(1), state = default, more = default, all = one;
            if (so != null)
                (state, more, all) = (TLane.Load(so + column), TLane.Load(so + unit + column), TLane.Load(so + product + column));
            for (int t = 0; t < length; t++, row += gates.Width)
            {
                var (a, m) = Decay<TLane, TVector>(gates.L<TLane, TVector>(row, column));
                TVector open = gates.Open<TLane, TVector>(row, column);
                state = TLane.MultiplyAdd(a, state, TLane.Multiply(m, open));
                more = so == null && t == 0 ? TLane.Multiply(TLane.Subtract(one, m), open) : TLane.Multiply(a, more);
                all = TLane.Multiply(all, a);
            }
            TLane.Store(end + column, state);
            TLane.Store(end + unit + column, more);
            TLane.Store(end + product + column, all);
        }
    }

    private readonly struct BackwardKernel(
        Gates gates, float* h, float* before, float* behind, float* front, float* dh,
        float* dr, float* di, float* dx, float* decayGradient, int width, int length, bool unitFirst) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            // s is a_{t+1} s_{t+1}, and d the sum of l dl. Overlapping vectors each keep their own sum, and load dx before any of them
            // stores it.
            TVector s0 = Start<TLane, TVector>(c0), s1 = default, s2 = default,
                d0 = TLane.Load(decayGradient + c0), d1 = default, d2 = default;
            if (TCount.Value > 1)
                (s1, d1) = (Start<TLane, TVector>(c1), TLane.Load(decayGradient + c1));
            if (TCount.Value > 2)
                (s2, d2) = (Start<TLane, TVector>(c2), TLane.Load(decayGradient + c2));
            nint row = (nint)(length - 1) * width;
            for (int t = length - 1; t >= 0; t--, row -= width)
            {
                bool unit = unitFirst && t == 0;
                float* previous = t > 0 ? h + row - width : before;
                TVector x0 = Step<TLane, TVector>(row, previous, c0, unit, ref s0, ref d0), x1 = default, x2 = default;
                if (TCount.Value > 1)
                    x1 = Step<TLane, TVector>(row, previous, c1, unit, ref s1, ref d1);
                if (TCount.Value > 2)
                    x2 = Step<TLane, TVector>(row, previous, c2, unit, ref s2, ref d2);
                TLane.Store(dx + row + c0, x0);
                if (TCount.Value > 1)
                    TLane.Store(dx + row + c1, x1);
                if (TCount.Value > 2)
                    TLane.Store(dx + row + c2, x2);
            }
            Finish<TLane, TVector>(c0, s0, d0);
            if (TCount.Value > 1)
                Finish<TLane, TVector>(c1, s1, d1);
            if (TCount.Value > 2)
                Finish<TLane, TVector>(c2, s2, d2);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Start<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
            => behind == null ? default : TLane.Load(behind + column);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Finish<TLane, TVector>(int column, TVector carried, TVector decaySum)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TLane.Store(front + column, carried);
            TLane.Store(decayGradient + column, decaySum);
        }

        // Returns dx.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TVector Step<TLane, TVector>(nint row, float* previous, int column, bool unit, ref TVector carried, ref TVector decaySum)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector one = TLane.Broadcast(1), l = gates.L<TLane, TVector>(row, column);
            var (a, m) = Decay<TLane, TVector>(l);
            var (r, i, x) = gates.At<TLane, TVector>(row, column);
            // s_t = dh_t + a_{t+1} s_{t+1}
            TVector s = TLane.Add(TLane.Load(dh + row + column), carried);
            carried = TLane.Multiply(a, s);
            // From h = a h' + m i x follows l dl = ln 2 (l a h' - a^2 (l / m) i x) s, and l / m goes to 0 with l.
            TVector change = previous == null ? default : TLane.Multiply(TLane.Multiply(l, a), TLane.Load(previous + column));
            if (!unit)
            {
                TVector slope = TLane.Divide(TLane.Multiply(TLane.Multiply(a, a), l), TLane.Clamp(m, Tiny, 1));
                change = TLane.MultiplySubtract(slope, TLane.Multiply(i, x), change);
            }
            change = TLane.Multiply(TLane.Multiply(change, TLane.Broadcast(0.693147181f)), s);
            decaySum = TLane.Add(decaySum, change);
            // l = L sigmoid(.), i = sigmoid(.)
            TLane.Store(dr + row + column, TLane.Multiply(change, TLane.Subtract(one, r)));
            TVector sm = unit ? s : TLane.Multiply(s, m), smi = TLane.Multiply(sm, i);
            TLane.Store(di + row + column, TLane.Multiply(TLane.Multiply(smi, x), TLane.Subtract(one, i)));
            return TLane.Add(TLane.Load(dx + row + column), smi);
        }

        // The least m to divide by; it is below the square root of the smallest float, so it replaces no m but 0.
        private const float Tiny = 1e-30f;
    }

    private readonly struct FrontKernel(float* logDecay, float* r, float* dh, float* front, int width, int length) : IColumnWalk
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector decay = TLane.Load(logDecay + column), carried = default;
            nint row = (nint)(length - 1) * width;
            for (int t = length; t > 0; t--, row -= width)
            {
                TVector l = TLane.Multiply(TLane.Load(r + row + column), decay);
                carried = TLane.Multiply(LaneMath.Exp2<TLane, TVector>(l), TLane.Add(TLane.Load(dh + row + column), carried));
            }
            TLane.Store(front + column, carried);
        }
    }
}
