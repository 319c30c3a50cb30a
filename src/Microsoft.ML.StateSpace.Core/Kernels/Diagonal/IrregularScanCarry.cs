using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Carries states between the pieces of a sequence of <see cref="IrregularScan"/> (the two-pass scan; Blelloch 1990). First only the state
/// behind each piece is computed, from a zero state before it, and the factor by which the piece multiplies the state before it. Then the
/// states are handed on. Then each piece is scanned from its true state.
/// </summary>
internal static unsafe class IrregularScanCarry
{
    /// <summary>The last state of a piece that starts from zero, and the factor <c>prod_t (1 + E_t)</c>; both (2, N).</summary>
    public static void ForwardEnd(
        Discretization discretization, ReadOnlySpan<float> zeta, ReadOnlySpan<float> intervals, ReadOnlySpan<float> w,
        Span<float> end, Span<float> product, bool reverse)
        => Run(discretization, zeta, intervals, w, end, product, reverse, isGradient: false);

    /// <summary>
    /// What the rows of a piece add to the gradient of the row before them if nothing is behind the piece, <c>conj(1 + E_0) s_0</c>, and
    /// the factor <c>prod_t conj(1 + E_t)</c>; both (2, N).
    /// </summary>
    public static void BackwardEnd(
        Discretization discretization, ReadOnlySpan<float> zeta, ReadOnlySpan<float> intervals, ReadOnlySpan<float> rows,
        Span<float> end, Span<float> product, bool reverse)
        => Run(discretization, zeta, intervals, rows, end, product, !reverse, isGradient: true);

    /// <summary>The state to hand on, <c>next = end + product before</c>; all are (2, N).</summary>
    public static void Next(ReadOnlySpan<float> end, ReadOnlySpan<float> product, ReadOnlySpan<float> before, Span<float> next)
    {
        int states = end.Length / 2;
        for (int n = 0; n < states; n++)
        {
            float re = before[n], im = before[states + n];
            next[n] = end[n] + product[n] * re - product[states + n] * im;
            next[states + n] = end[states + n] + product[n] * im + product[states + n] * re;
        }
    }

    private static void Run(
        Discretization discretization, ReadOnlySpan<float> zeta, ReadOnlySpan<float> intervals, ReadOnlySpan<float> rows,
        Span<float> end, Span<float> product, bool reverse,
        bool isGradient)
    {
        int width = zeta.Length, first = reverse ? intervals.Length - 1 : 0, step = reverse ? -1 : 1;
        fixed (float* poles = zeta, dt = intervals, inputs = rows, last = end, factor = product)
        {
            if (discretization == Discretization.ZeroOrderHold)
                Columns.RunEach(
                    new Kernel<HeldIncrement>(
                        poles, dt + first, inputs + (nint)first * width, last, factor, step, width / 2, intervals.Length, isGradient),
                    width / 2);
            else
                Columns.RunEach(
                    new Kernel<BilinearIncrement>(
                        poles, dt + first, inputs + (nint)first * width, last, factor, step, width / 2, intervals.Length, isGradient),
                    width / 2);
        }
    }

    private readonly struct Kernel<TIncrement>(
        float* zeta, float* firstInterval, float* firstRow, float* end, float* product,
        int step, int states, int length, bool isGradient) : IColumnWalk
        where TIncrement : IPoleIncrement
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector zr = TLane.Load(zeta + column), zi = TLane.Load(zeta + states + column),
                pr = TLane.Broadcast(1), pi = default, xr = default, xi = default;
            TIncrement.Load<TLane, TVector>(ref zr, ref zi);
            float* interval = firstInterval, row = firstRow + column;
            for (int left = length; left > 0; left--)
            {
                TIncrement.Of<TLane, TVector>(zr, zi, TLane.Broadcast(*interval), out TVector er, out TVector ei);
                TVector vr = TLane.Load(row), vi = TLane.Load(row + states), ur = TLane.Add(xr, vr), ui = TLane.Add(xi, vi);
                if (isGradient)
                    (xr, xi, ei) = (ur, ui, TLane.Subtract(default, ei)); // gives conj(1 + E) (x + g) below, otherwise x + E (x + w)
                (xr, xi) = (
                    TLane.MultiplySubtract(ei, ui, TLane.MultiplyAdd(er, ur, xr)),
                    TLane.MultiplyAdd(ei, ur, TLane.MultiplyAdd(er, ui, xi)));
                (pr, pi) = (
                    TLane.MultiplySubtract(ei, pi, TLane.MultiplyAdd(er, pr, pr)),
                    TLane.MultiplyAdd(ei, pr, TLane.MultiplyAdd(er, pi, pi)));
                interval += step;
                row += (nint)step * 2 * states;
            }
            TLane.Store(end + column, xr);
            TLane.Store(end + states + column, xi);
            TLane.Store(product + column, pr);
            TLane.Store(product + states + column, pi);
        }
    }
}
