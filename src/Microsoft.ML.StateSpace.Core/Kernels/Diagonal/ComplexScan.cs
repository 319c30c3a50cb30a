using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The diagonal complex recurrence <c>x_t = lambda x_{t-1} + v_t</c> of one sequence. A row of states is two planes, (2, N): all real
/// parts, then all imaginary parts. A few vectors of states run through all time steps before the next ones do. So their states, poles and
/// gradients stay in registers, and the steps of one vector hide the latency of the others.
/// </summary>
internal static unsafe class ComplexScan
{
    /// <summary>
    /// Replaces v by x, starting from a zero state: from the first row to the last, or from the last to the first when
    /// <paramref name="reverse"/>.
    /// </summary>
    /// <param name="lambda">The poles, (2, N).</param>
    /// <param name="rows">In: v, (length, 2, N). Out: x.</param>
    /// <param name="reverse">Whether time runs backwards.</param>
    public static void Forward(ReadOnlySpan<float> lambda, Span<float> rows, bool reverse)
    {
        int width = lambda.Length, length = width == 0 ? 0 : rows.Length / width;
        if (length < 2)
            return;
        fixed (float* poles = lambda, x = rows)
        {
            float* first = reverse ? x + (nint)(length - 1) * width : x;
            Columns.Run(new ForwardKernel(poles, first, reverse ? -width : width, width / 2, length), width / 2, 4);
        }
    }

    /// <summary>
    /// The gradient of <see cref="Forward"/>. Replaces the gradient g of x by <c>s_t = g_t + conj(lambda) s_{t+1}</c>, which is the
    /// gradient of v, and adds <c>sum_t s_t conj(x_{t-1})</c> to that of lambda. Complex gradients are (d/d Re, d/d Im).
    /// </summary>
    /// <param name="lambda">The poles, (2, N).</param>
    /// <param name="states">x as Forward left it, (length, 2, N).</param>
    /// <param name="rows">In: the gradient of x, (length, 2, N). Out: the gradient of v.</param>
    /// <param name="lambdaGradient">Gradient of the poles, (2, N); added to.</param>
    /// <param name="reverse">As it was in Forward.</param>
    public static void Backward(
        ReadOnlySpan<float> lambda, ReadOnlySpan<float> states, Span<float> rows, Span<float> lambdaGradient, bool reverse)
    {
        int width = lambda.Length, length = width == 0 ? 0 : rows.Length / width;
        if (length < 2)
            return;
        fixed (float* poles = lambda, x = states, s = rows, gradient = lambdaGradient)
        {
            nint last = reverse ? 0 : (nint)(length - 1) * width;
            Columns.Run(new BackwardKernel(poles, x + last, s + last, gradient, reverse ? -width : width, width / 2, length), width / 2, 2);
        }
    }

    /// <summary>Runs from the first row on; <c>step</c> leads to the row of the next time step.</summary>
    private readonly struct ForwardKernel(float* lambda, float* first, nint step, int states, int length) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            nint stride = step;
            float* re = first, im = first + states;
            TVector xr0 = default, xi0 = default, xr1 = default, xi1 = default, xr2 = default, xi2 = default, xr3 = default, xi3 = default;
            TVector lr0 = default, li0 = default, lr1 = default, li1 = default, lr2 = default, li2 = default, lr3 = default, li3 = default;
            Load<TLane, TVector>(re, im, c0, out xr0, out xi0);
            Load<TLane, TVector>(lambda, lambda + states, c0, out lr0, out li0);
            if (TCount.Value > 1)
            {
                Load<TLane, TVector>(re, im, c1, out xr1, out xi1);
                Load<TLane, TVector>(lambda, lambda + states, c1, out lr1, out li1);
            }
            if (TCount.Value > 2)
            {
                Load<TLane, TVector>(re, im, c2, out xr2, out xi2);
                Load<TLane, TVector>(lambda, lambda + states, c2, out lr2, out li2);
            }
            if (TCount.Value > 3)
            {
                Load<TLane, TVector>(re, im, c3, out xr3, out xi3);
                Load<TLane, TVector>(lambda, lambda + states, c3, out lr3, out li3);
            }
            for (int left = length - 1; left > 0; left--)
            {
                re += stride;
                im += stride;
                Step<TLane, TVector>(re, im, c0, lr0, li0, ref xr0, ref xi0);
                if (TCount.Value > 1)
                    Step<TLane, TVector>(re, im, c1, lr1, li1, ref xr1, ref xi1);
                if (TCount.Value > 2)
                    Step<TLane, TVector>(re, im, c2, lr2, li2, ref xr2, ref xi2);
                if (TCount.Value > 3)
                    Step<TLane, TVector>(re, im, c3, lr3, li3, ref xr3, ref xi3);
                Store<TLane, TVector>(re, im, c0, xr0, xi0);
                if (TCount.Value > 1)
                    Store<TLane, TVector>(re, im, c1, xr1, xi1);
                if (TCount.Value > 2)
                    Store<TLane, TVector>(re, im, c2, xr2, xi2);
                if (TCount.Value > 3)
                    Store<TLane, TVector>(re, im, c3, xr3, xi3);
            }
        }

        // x_t = lambda x_{t-1} + v_t
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TLane, TVector>(float* re, float* im, int column, TVector lr, TVector li, ref TVector xr, ref TVector xi)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector next = TLane.MultiplySubtract(li, xi, TLane.MultiplyAdd(lr, xr, TLane.Load(re + column)));
            xi = TLane.MultiplyAdd(li, xr, TLane.MultiplyAdd(lr, xi, TLane.Load(im + column)));
            xr = next;
        }
    }

    /// <summary>Runs from the last row back; <c>step</c> is that of Forward.</summary>
    private readonly struct BackwardKernel(
        float* lambda, float* lastState, float* lastRow, float* gradient, nint step, int states, int length) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            nint stride = step, plane = states;
            float* re = lastRow, im = lastRow + plane, x = lastState;
            TVector sr0 = default, si0 = default, sr1 = default, si1 = default, sr2 = default, si2 = default;
            TVector lr0 = default, li0 = default, lr1 = default, li1 = default, lr2 = default, li2 = default;
            TVector gr0 = default, gi0 = default, gr1 = default, gi1 = default, gr2 = default, gi2 = default;
            Load<TLane, TVector>(re, im, c0, out sr0, out si0);
            Load<TLane, TVector>(lambda, lambda + states, c0, out lr0, out li0);
            if (TCount.Value > 1)
            {
                Load<TLane, TVector>(re, im, c1, out sr1, out si1);
                Load<TLane, TVector>(lambda, lambda + states, c1, out lr1, out li1);
            }
            if (TCount.Value > 2)
            {
                Load<TLane, TVector>(re, im, c2, out sr2, out si2);
                Load<TLane, TVector>(lambda, lambda + states, c2, out lr2, out li2);
            }
            for (int left = length - 1; left > 0; left--)
            {
                re -= stride;
                im -= stride;
                x -= stride;
                Step<TLane, TVector>(re, im, x, x + plane, c0, lr0, li0, ref sr0, ref si0, ref gr0, ref gi0);
                if (TCount.Value > 1)
                    Step<TLane, TVector>(re, im, x, x + plane, c1, lr1, li1, ref sr1, ref si1, ref gr1, ref gi1);
                if (TCount.Value > 2)
                    Step<TLane, TVector>(re, im, x, x + plane, c2, lr2, li2, ref sr2, ref si2, ref gr2, ref gi2);
                Store<TLane, TVector>(re, im, c0, sr0, si0);
                if (TCount.Value > 1)
                    Store<TLane, TVector>(re, im, c1, sr1, si1);
                if (TCount.Value > 2)
                    Store<TLane, TVector>(re, im, c2, sr2, si2);
            }
            Add<TLane, TVector>(c0, ref gr0, ref gi0);
            if (TCount.Value > 1)
                Add<TLane, TVector>(c1, ref gr1, ref gi1);
            if (TCount.Value > 2)
                Add<TLane, TVector>(c2, ref gr2, ref gi2);
            Store<TLane, TVector>(gradient, gradient + states, c0, gr0, gi0);
            if (TCount.Value > 1)
                Store<TLane, TVector>(gradient, gradient + states, c1, gr1, gi1);
            if (TCount.Value > 2)
                Store<TLane, TVector>(gradient, gradient + states, c2, gr2, gi2);
        }

        // gradient of lambda += s_{t+1} conj(x_t), then s_t = g_t + conj(lambda) s_{t+1}
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TLane, TVector>(
            float* re, float* im, float* xRe, float* xIm, int column, TVector lr, TVector li,
            ref TVector sr, ref TVector si, ref TVector gr, ref TVector gi)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector xr = TLane.Load(xRe + column), xi = TLane.Load(xIm + column);
            gr = TLane.MultiplyAdd(si, xi, TLane.MultiplyAdd(sr, xr, gr));
            gi = TLane.MultiplySubtract(sr, xi, TLane.MultiplyAdd(si, xr, gi));
            TVector next = TLane.MultiplyAdd(li, si, TLane.MultiplyAdd(lr, sr, TLane.Load(re + column)));
            si = TLane.MultiplySubtract(li, sr, TLane.MultiplyAdd(lr, si, TLane.Load(im + column)));
            sr = next;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Add<TLane, TVector>(int column, ref TVector gr, ref TVector gi)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            gr = TLane.Add(TLane.Load(gradient + column), gr);
            gi = TLane.Add(TLane.Load(gradient + states + column), gi);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TLane, TVector>(float* re, float* im, int column, out TVector real, out TVector imaginary)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        real = TLane.Load(re + column);
        imaginary = TLane.Load(im + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLane, TVector>(float* re, float* im, int column, TVector real, TVector imaginary)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TLane.Store(re + column, real);
        TLane.Store(im + column, imaginary);
    }
}
