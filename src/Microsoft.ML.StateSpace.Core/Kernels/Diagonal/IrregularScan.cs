using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The diagonal complex recurrence of one sequence whose time steps are not equally far apart: <c>x_t = x_{t-1} + E_t (x_{t-1} + w_t)</c>.
/// E_t is the <see cref="IPoleIncrement"/> of the time since the step before, and w is the input divided by the pole. (Zero-order hold and
/// the bilinear map both scale the input by E / Lambda, so a constant input gets the gain of the continuous system.) E is computed again
/// wherever it is needed, because storing it would cost more. A row of states is two planes, (2, N): all real parts, then all imaginary
/// parts.
/// </summary>
internal static unsafe class IrregularScan
{
    /// <summary>Computes x from w: from the first row to the last, or from the last to the first when <paramref name="reverse"/>.</summary>
    /// <param name="discretization">How E follows from pole and interval.</param>
    /// <param name="zeta">Poles times step sizes, (2, N).</param>
    /// <param name="intervals">The time between each row and the one before it in the scan, (length).</param>
    /// <param name="w">The input divided by the pole, (length, 2, N).</param>
    /// <param name="before">The state before the first row, (2, N); empty for zero. It may be the same memory as x where x is one
    /// row.</param>
    /// <param name="x">(length, 2, N); assigned.</param>
    /// <param name="reverse">Whether time runs backwards.</param>
    public static void Forward(
        Discretization discretization, ReadOnlySpan<float> zeta, ReadOnlySpan<float> intervals, ReadOnlySpan<float> w,
        ReadOnlySpan<float> before, Span<float> x, bool reverse)
    {
        int width = zeta.Length, length = intervals.Length;
        if (length == 0)
            return;
        fixed (float* poles = zeta, dt = intervals, inputs = w, start = before, states = x)
        {
            int first = reverse ? length - 1 : 0;
            var row = new Rows(width / 2, reverse ? -1 : 1, length)
            {
                Poles = poles,
                Interval = dt + first,
                Input = inputs + (nint)first * width,
                State = states + (nint)first * width,
                Start = start
            };
            if (discretization == Discretization.ZeroOrderHold)
                Columns.Run(new ForwardKernel<HeldIncrement>(row), width / 2, 2);
            else
                Columns.Run(new ForwardKernel<BilinearIncrement>(row), width / 2, 2);
        }
    }

    /// <summary>
    /// The gradient of <see cref="Forward"/>. Replaces the gradient g of x by that of w, <c>conj(E_t) s_t</c> with
    /// <c>s_t = g_t + conj(1 + E_{t+1}) s_{t+1}</c>, and adds <c>sum_t conj(dE_t / dzeta) s_t conj(x_{t-1} + w_t)</c> to that of zeta.
    /// Complex gradients are (d/d Re, d/d Im).
    /// </summary>
    /// <param name="discretization">As in Forward.</param>
    /// <param name="zeta">As in Forward.</param>
    /// <param name="intervals">As in Forward.</param>
    /// <param name="w">As in Forward.</param>
    /// <param name="before">As in Forward.</param>
    /// <param name="x">As Forward left it.</param>
    /// <param name="behind">What the rows behind the last one add to its gradient, <c>conj(1 + E_{t+1}) s_{t+1}</c>, (2, N); empty for
    /// zero.</param>
    /// <param name="rows">In: the gradient of x, (length, 2, N). Out: that of w.</param>
    /// <param name="zetaGradient">The gradient of zeta, (2, N); added to.</param>
    /// <param name="reverse">As in Forward.</param>
    public static void Backward(
        Discretization discretization, ReadOnlySpan<float> zeta, ReadOnlySpan<float> intervals, ReadOnlySpan<float> w,
        ReadOnlySpan<float> before, ReadOnlySpan<float> x,
        ReadOnlySpan<float> behind, Span<float> rows, Span<float> zetaGradient, bool reverse)
    {
        int width = zeta.Length, length = intervals.Length;
        if (length == 0)
            return;
        fixed (float* poles = zeta, dt = intervals, inputs = w, start = before, states = x,
            carry = behind, s = rows, gradient = zetaGradient)
        {
            int last = reverse ? 0 : length - 1;
            nint at = (nint)last * width;
            var row = new Rows(width / 2, reverse ? -1 : 1, length)
            {
                Poles = poles,
                Interval = dt + last,
                Input = inputs + at,
                State = states + at,
                Start = start
            };
            if (discretization == Discretization.ZeroOrderHold)
                Columns.Run(new BackwardKernel<HeldIncrement>(row, s + at, carry, gradient), width / 2, 2);
            else
                Columns.Run(new BackwardKernel<BilinearIncrement>(row, s + at, carry, gradient), width / 2, 2);
        }
    }

    /// <summary>Where the rows lie; <c>Step</c> leads to the row of the next time step.</summary>
    private readonly struct Rows(int states, int step, int length)
    {
        public required float* Poles { get; init; }

        public required float* Interval { get; init; }

        public required float* Input { get; init; }

        public required float* State { get; init; }

        public required float* Start { get; init; }

        public int States => states;

        public int Step => step;

        public nint Stride => (nint)step * 2 * states;

        public int Length => length;
    }

    /// <summary>Runs from the first row on.</summary>
    private readonly struct ForwardKernel<TIncrement>(Rows rows) : IColumnKernel
        where TIncrement : IPoleIncrement
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            State<TVector> a = default, b = default, c = default;
            Start<TLane, TVector>(c0, ref a);
            if (TCount.Value > 1)
                Start<TLane, TVector>(c1, ref b);
            if (TCount.Value > 2)
                Start<TLane, TVector>(c2, ref c);
            float* interval = rows.Interval, w = rows.Input, x = rows.State;
            for (int left = rows.Length; left > 0; left--)
            {
                TVector dt = TLane.Broadcast(*interval);
                Step<TLane, TVector>(dt, w + c0, ref a);
                if (TCount.Value > 1)
                    Step<TLane, TVector>(dt, w + c1, ref b);
                if (TCount.Value > 2)
                    Step<TLane, TVector>(dt, w + c2, ref c);
                Put<TLane, TVector>(x + c0, a);
                if (TCount.Value > 1)
                    Put<TLane, TVector>(x + c1, b);
                if (TCount.Value > 2)
                    Put<TLane, TVector>(x + c2, c);
                interval += rows.Step;
                w += rows.Stride;
                x += rows.Stride;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Start<TLane, TVector>(int column, ref State<TVector> v)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            (v.Zr, v.Zi) = (TLane.Load(rows.Poles + column), TLane.Load(rows.Poles + rows.States + column));
            TIncrement.Load<TLane, TVector>(ref v.Zr, ref v.Zi);
            if (rows.Start != null)
                (v.Xr, v.Xi) = (TLane.Load(rows.Start + column), TLane.Load(rows.Start + rows.States + column));
        }

        // x_t = x_{t-1} + E (x_{t-1} + w_t)
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Step<TLane, TVector>(TVector dt, float* w, ref State<TVector> v)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TIncrement.Of<TLane, TVector>(v.Zr, v.Zi, dt, out TVector er, out TVector ei);
            TVector ur = TLane.Add(v.Xr, TLane.Load(w)), ui = TLane.Add(v.Xi, TLane.Load(w + rows.States));
            v.Xr = TLane.MultiplySubtract(ei, ui, TLane.MultiplyAdd(er, ur, v.Xr));
            v.Xi = TLane.MultiplyAdd(ei, ur, TLane.MultiplyAdd(er, ui, v.Xi));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Put<TLane, TVector>(float* x, in State<TVector> v)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TLane.Store(x, v.Xr);
            TLane.Store(x + rows.States, v.Xi);
        }
    }

    /// <summary>Runs from the last row back.</summary>
    private readonly struct BackwardKernel<TIncrement>(Rows rows, float* lastRow, float* behind, float* gradient) : IColumnKernel
        where TIncrement : IPoleIncrement
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            Carried<TVector> a = default, b = default, c = default;
            Start<TLane, TVector>(c0, ref a);
            if (TCount.Value > 1)
                Start<TLane, TVector>(c1, ref b);
            if (TCount.Value > 2)
                Start<TLane, TVector>(c2, ref c);
            float* interval = rows.Interval, w = rows.Input, x = rows.State, row = lastRow;
            for (int left = rows.Length; left > 0; left--)
            {
                TVector dt = TLane.Broadcast(*interval);
                float* previous = left > 1 ? x - rows.Stride : rows.Start;
                Step<TLane, TVector>(dt, w, previous, row, c0, ref a);
                if (TCount.Value > 1)
                    Step<TLane, TVector>(dt, w, previous, row, c1, ref b);
                if (TCount.Value > 2)
                    Step<TLane, TVector>(dt, w, previous, row, c2, ref c);
                Put<TLane, TVector>(row, c0, a.Wr, a.Wi);
                if (TCount.Value > 1)
                    Put<TLane, TVector>(row, c1, b.Wr, b.Wi);
                if (TCount.Value > 2)
                    Put<TLane, TVector>(row, c2, c.Wr, c.Wi);
                interval -= rows.Step;
                w -= rows.Stride;
                x -= rows.Stride;
                row -= rows.Stride;
            }
            Put<TLane, TVector>(gradient, c0, a.Gr, a.Gi);
            if (TCount.Value > 1)
                Put<TLane, TVector>(gradient, c1, b.Gr, b.Gi);
            if (TCount.Value > 2)
                Put<TLane, TVector>(gradient, c2, c.Gr, c.Gi);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Start<TLane, TVector>(int column, ref Carried<TVector> v)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            (v.Zr, v.Zi) = (TLane.Load(rows.Poles + column), TLane.Load(rows.Poles + rows.States + column));
            TIncrement.Load<TLane, TVector>(ref v.Zr, ref v.Zi);
            if (behind != null)
                (v.Cr, v.Ci) = (TLane.Load(behind + column), TLane.Load(behind + rows.States + column));
            (v.Gr, v.Gi) = (TLane.Load(gradient + column), TLane.Load(gradient + rows.States + column));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Step<TLane, TVector>(TVector dt, float* w, float* previous, float* row, int column, ref Carried<TVector> v)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TIncrement.Of<TLane, TVector>(v.Zr, v.Zi, dt, out TVector er, out TVector ei);
            TIncrement.Slope<TLane, TVector>(er, ei, dt, out TVector dr, out TVector di);
            TVector ur = TLane.Load(w + column), ui = TLane.Load(w + rows.States + column);
            if (previous != null)
                (ur, ui) = (TLane.Add(TLane.Load(previous + column), ur), TLane.Add(TLane.Load(previous + rows.States + column), ui));
            TVector sr = TLane.Add(TLane.Load(row + column), v.Cr), si = TLane.Add(TLane.Load(row + rows.States + column), v.Ci);
            // gradient of E = s conj(u)
            TVector mr = TLane.MultiplyAdd(si, ui, TLane.Multiply(sr, ur)), mi = TLane.MultiplySubtract(sr, ui, TLane.Multiply(si, ur));
            v.Gr = TLane.MultiplyAdd(di, mi, TLane.MultiplyAdd(dr, mr, v.Gr));
            v.Gi = TLane.MultiplySubtract(di, mr, TLane.MultiplyAdd(dr, mi, v.Gi));
            v.Wr = TLane.MultiplyAdd(ei, si, TLane.Multiply(er, sr));
            v.Wi = TLane.MultiplySubtract(ei, sr, TLane.Multiply(er, si));
            (v.Cr, v.Ci) = (TLane.Add(sr, v.Wr), TLane.Add(si, v.Wi));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Put<TLane, TVector>(float* row, int column, TVector re, TVector im)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TLane.Store(row + column, re);
            TLane.Store(row + rows.States + column, im);
        }
    }

    /// <summary>What a vector of states carries from row to row in Forward: zeta (Z) and the state (X).</summary>
    private struct State<TVector>
        where TVector : struct
    {
        public TVector Zr, Zi, Xr, Xi;
    }

    /// <summary>
    /// What a vector of states carries from row to row in Backward: zeta (Z), what is added to the gradient of the row before (C), the
    /// gradient of w in this row (W), and the gradient of zeta so far (G).
    /// </summary>
    private struct Carried<TVector>
        where TVector : struct
    {
        public TVector Zr, Zi, Cr, Ci, Wr, Wi, Gr, Gi;
    }
}
