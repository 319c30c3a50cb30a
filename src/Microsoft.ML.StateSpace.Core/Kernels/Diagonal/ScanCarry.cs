using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Carries states between the pieces of a sequence that were scanned side by side, each from a zero state (the two-pass scan; Blelloch
/// 1990). By linearity a piece lacks only the free response of the state x' before it: row k, counted in the scan's direction from 0, lacks
/// <c>lambda^(k+1) x'</c>. Layout as in <see cref="ComplexScan"/>.
/// </summary>
internal static unsafe class ScanCarry
{
    /// <summary>
    /// The state behind a piece: <c>end + lambda^length before</c>, where <paramref name="end"/> is the piece's last row. With
    /// <paramref name="conjugate"/> lambda is conjugated. All are (2, N).
    /// </summary>
    public static void Next(
        ReadOnlySpan<float> lambda, bool conjugate, int length, ReadOnlySpan<float> end, ReadOnlySpan<float> before, Span<float> next)
    {
        int states = lambda.Length / 2, n = 0;
        fixed (float* pl = lambda, pe = end, pb = before, pn = next)
        {
            for (; n <= states - 4; n += 4)
                Next(pl + n, pe + n, pb + n, pn + n, states, conjugate, length);
            if (n == states)
                return;
            // The last few states are computed by themselves, in a copy that is as long as a vector.
            float* rest = stackalloc float[32];
            int count = states - n;
            for (int i = 0; i < count; i++)
                for (int plane = 0; plane < 2; plane++)
                {
                    rest[4 * plane + i] = pl[plane * states + n + i];
                    rest[8 + 4 * plane + i] = pe[plane * states + n + i];
                    rest[16 + 4 * plane + i] = pb[plane * states + n + i];
                }
            Next(rest, rest + 8, rest + 16, rest + 24, 4, conjugate, length);
            for (int i = 0; i < count; i++)
                (pn[n + i], pn[states + n + i]) = (rest[24 + i], rest[28 + i]);
        }
    }

    // Four states, in double.
    private static void Next(float* lambda, float* end, float* before, float* next, int plane, bool conjugate, int length)
    {
        Vector256<double> re = Widen(lambda), im = Widen(lambda + plane) * (conjugate ? -1.0 : 1.0),
            powerRe = Vector256<double>.One, powerIm = default;
        for (int rest = length; rest > 0; rest >>= 1)
        {
            if ((rest & 1) == 1)
                (powerRe, powerIm) = (powerRe * re - powerIm * im, powerRe * im + powerIm * re);
            (re, im) = (re * re - im * im, 2.0 * (re * im));
        }
        Vector256<double> x = Widen(before), y = Widen(before + plane);
        Narrow(Widen(end) + powerRe * x - powerIm * y, next);
        Narrow(Widen(end + plane) + powerRe * y + powerIm * x, next + plane);
    }

    private static Vector256<double> Widen(float* four)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(four));
        return Vector256.Create(low, high);
    }

    private static void Narrow(Vector256<double> four, float* destination)
        => Vector128.Narrow(four.GetLower(), four.GetUpper()).Store(destination);

    /// <summary>Adds to the rows x of a piece the free response of the state before it.</summary>
    /// <param name="lambda">The poles, (2, N).</param>
    /// <param name="before">The state before the piece, (2, N).</param>
    /// <param name="rows">x as scanned from a zero state, (length, 2, N); changed in place.</param>
    /// <param name="reverse">Whether time runs backwards.</param>
    public static void Forward(ReadOnlySpan<float> lambda, ReadOnlySpan<float> before, Span<float> rows, bool reverse)
    {
        int width = lambda.Length, length = rows.Length / width;
        fixed (float* poles = lambda, state = before, x = rows)
        {
            float* first = reverse ? x + (nint)(length - 1) * width : x;
            Columns.Run(new ForwardKernel(poles, state, first, reverse ? -width : width, width / 2, length), width / 2, 2);
        }
    }

    /// <summary>
    /// The gradient of <see cref="Forward"/>. Adds to the rows s of a piece the free response, under conj(lambda) and against time, of the
    /// gradient behind it. Then adds <c>sum_t s_t conj(x_{t-1})</c> over the piece's rows to the gradient of lambda, where x before the
    /// first row is <paramref name="before"/>.
    /// </summary>
    /// <param name="lambda">The poles, (2, N).</param>
    /// <param name="states">x, to which Forward has added what it lacked, (length, 2, N).</param>
    /// <param name="before">The state before the piece, (2, N).</param>
    /// <param name="behind">The gradient of the first row behind the piece, (2, N).</param>
    /// <param name="rows">s as scanned from a zero gradient, (length, 2, N); changed in place.</param>
    /// <param name="lambdaGradient">Gradient of the poles, (2, N); added to.</param>
    /// <param name="reverse">As it was in Forward.</param>
    public static void Backward(
        ReadOnlySpan<float> lambda, ReadOnlySpan<float> states, ReadOnlySpan<float> before,
        ReadOnlySpan<float> behind, Span<float> rows, Span<float> lambdaGradient, bool reverse)
    {
        int width = lambda.Length, length = rows.Length / width;
        fixed (float* poles = lambda, x = states, initial = before, carry = behind, s = rows, gradient = lambdaGradient)
        {
            nint last = reverse ? 0 : (nint)(length - 1) * width;
            Columns.Run(
                new BackwardKernel(poles, x + last, initial, carry, s + last, gradient, reverse ? -width : width, width / 2, length),
                width / 2, 2);
        }
    }

    /// <summary>
    /// Adds <c>sum_t s_t conj(x_t)</c> over the rows of s and x, (length, 2, N), to the gradient of lambda, (2, N), for
    /// <paramref name="count"/> states from <paramref name="first"/> on.
    /// </summary>
    public static void AddGradient(ReadOnlySpan<float> s, ReadOnlySpan<float> x, Span<float> lambdaGradient, int first, int count)
    {
        int width = lambdaGradient.Length;
        fixed (float* ps = s, px = x, gradient = lambdaGradient)
            Elements.Run(new GradientKernel(ps + first, px + first, gradient + first, width, s.Length / width), count);
    }

    private readonly struct GradientKernel(float* s, float* x, float* gradient, int width, int length) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int plane = width / 2;
            float* a = s + i, b = x + i;
            TVector gr = TLane.Load(gradient + i), gi = TLane.Load(gradient + plane + i);
            for (int left = length; left > 0; left--, a += width, b += width)
            {
                TVector sr = TLane.Load(a), si = TLane.Load(a + plane), xr = TLane.Load(b), xi = TLane.Load(b + plane);
                gr = TLane.MultiplyAdd(si, xi, TLane.MultiplyAdd(sr, xr, gr));
                gi = TLane.MultiplySubtract(sr, xi, TLane.MultiplyAdd(si, xr, gi));
            }
            TLane.Store(gradient + i, gr);
            TLane.Store(gradient + plane + i, gi);
        }
    }

    /// <summary>Runs from the first row on.</summary>
    private readonly struct ForwardKernel(float* lambda, float* before, float* first, nint step, int states, int length) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            float* re = first, im = first + states;
            var (lr0, li0, xr0, xi0) = Pole<TLane, TVector>(c0);
            var (lr1, li1, xr1, xi1) = Pole<TLane, TVector>(TCount.Value > 1 ? c1 : c0);
            var (lr2, li2, xr2, xi2) = Pole<TLane, TVector>(TCount.Value > 2 ? c2 : c0);
            for (int left = length; left > 0; left--)
            {
                Decay<TLane, TVector>(lr0, li0, ref xr0, ref xi0);
                TVector r0 = TLane.Add(TLane.Load(re + c0), xr0), i0 = TLane.Add(TLane.Load(im + c0), xi0),
                    r1 = default, i1 = default, r2 = default, i2 = default;
                if (TCount.Value > 1)
                {
                    Decay<TLane, TVector>(lr1, li1, ref xr1, ref xi1);
                    (r1, i1) = (TLane.Add(TLane.Load(re + c1), xr1), TLane.Add(TLane.Load(im + c1), xi1));
                }
                if (TCount.Value > 2)
                {
                    Decay<TLane, TVector>(lr2, li2, ref xr2, ref xi2);
                    (r2, i2) = (TLane.Add(TLane.Load(re + c2), xr2), TLane.Add(TLane.Load(im + c2), xi2));
                }
                Put<TLane, TVector>(re, im, c0, r0, i0);
                if (TCount.Value > 1)
                    Put<TLane, TVector>(re, im, c1, r1, i1);
                if (TCount.Value > 2)
                    Put<TLane, TVector>(re, im, c2, r2, i2);
                re += step;
                im += step;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private (TVector Lr, TVector Li, TVector Xr, TVector Xi) Pole<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
            => (
                TLane.Load(lambda + column), TLane.Load(lambda + states + column),
                TLane.Load(before + column), TLane.Load(before + states + column));

        // x = lambda x
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Decay<TLane, TVector>(TVector lr, TVector li, ref TVector xr, ref TVector xi)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector next = TLane.MultiplySubtract(li, xi, TLane.Multiply(lr, xr));
            xi = TLane.MultiplyAdd(li, xr, TLane.Multiply(lr, xi));
            xr = next;
        }
    }

    /// <summary>Runs from the last row back; <c>step</c> is that of the forward scan.</summary>
    private readonly struct BackwardKernel(
        float* lambda, float* lastState, float* before, float* behind,
        float* lastRow, float* gradient, nint step, int states, int length) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            // Overlapping vectors see the same rows before either is stored, but must add to the gradient only once. So each keeps its own
            // sum and stores it.
            var a = new Carried<TVector>();
            var b = new Carried<TVector>();
            var c = new Carried<TVector>();
            Start<TLane, TVector>(c0, ref a);
            if (TCount.Value > 1)
                Start<TLane, TVector>(c1, ref b);
            if (TCount.Value > 2)
                Start<TLane, TVector>(c2, ref c);
            float* row = lastRow, state = lastState;
            for (int left = length; left > 0; left--)
            {
                float* previous = left > 1 ? state - step : before;
                Step<TLane, TVector>(row, previous, c0, ref a);
                if (TCount.Value > 1)
                    Step<TLane, TVector>(row, previous, c1, ref b);
                if (TCount.Value > 2)
                    Step<TLane, TVector>(row, previous, c2, ref c);
                Put<TLane, TVector>(row, row + states, c0, a.Row, a.RowIm);
                if (TCount.Value > 1)
                    Put<TLane, TVector>(row, row + states, c1, b.Row, b.RowIm);
                if (TCount.Value > 2)
                    Put<TLane, TVector>(row, row + states, c2, c.Row, c.RowIm);
                row -= step;
                state -= step;
            }
            Put<TLane, TVector>(gradient, gradient + states, c0, a.Sum, a.SumIm);
            if (TCount.Value > 1)
                Put<TLane, TVector>(gradient, gradient + states, c1, b.Sum, b.SumIm);
            if (TCount.Value > 2)
                Put<TLane, TVector>(gradient, gradient + states, c2, c.Sum, c.SumIm);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Start<TLane, TVector>(int column, ref Carried<TVector> v)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            (v.Lr, v.Li) = (TLane.Load(lambda + column), TLane.Load(lambda + states + column));
            (v.Sr, v.Si) = (TLane.Load(behind + column), TLane.Load(behind + states + column));
            (v.Sum, v.SumIm) = (TLane.Load(gradient + column), TLane.Load(gradient + states + column));
        }

        // carry = conj(lambda) carry; s_t += carry; gradient of lambda += s_t conj(x_{t-1})
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Step<TLane, TVector>(float* row, float* previous, int column, ref Carried<TVector> v)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector next = TLane.MultiplyAdd(v.Li, v.Si, TLane.Multiply(v.Lr, v.Sr));
            v.Si = TLane.MultiplySubtract(v.Li, v.Sr, TLane.Multiply(v.Lr, v.Si));
            v.Sr = next;
            v.Row = TLane.Add(TLane.Load(row + column), v.Sr);
            v.RowIm = TLane.Add(TLane.Load(row + states + column), v.Si);
            TVector xr = TLane.Load(previous + column), xi = TLane.Load(previous + states + column);
            v.Sum = TLane.MultiplyAdd(v.RowIm, xi, TLane.MultiplyAdd(v.Row, xr, v.Sum));
            v.SumIm = TLane.MultiplySubtract(v.Row, xi, TLane.MultiplyAdd(v.RowIm, xr, v.SumIm));
        }
    }

    /// <summary>
    /// What a vector of states carries from row to row: the pole (L), the gradient from behind (S), s of this row (Row), and the gradient
    /// of lambda so far (Sum).
    /// </summary>
    private struct Carried<TVector>
        where TVector : struct
    {
        public TVector Lr, Li, Sr, Si, Row, RowIm, Sum, SumIm;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLane, TVector>(float* re, float* im, int column, TVector real, TVector imaginary)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        TLane.Store(re + column, real);
        TLane.Store(im + column, imaginary);
    }
}
