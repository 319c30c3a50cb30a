using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Sixteen filters side by side. Each is a chain of up to four diagonal recurrences with the same pole, so that its impulse response is
/// that of a pole of that order (a gammatone filter):
/// <c>x1_t = lambda x1_(t-1) + u_t</c>, <c>xk_t = lambda xk_(t-1) + x(k-1)_t</c>, <c>y_t = Re(c xn_t)</c>.
/// </summary>
internal static unsafe class FilterChain
{
    /// <summary>Filters that run side by side: the widest vector.</summary>
    public const int Lanes = 16;

    /// <summary>The largest order of a filter.</summary>
    public const int MostOrders = 4;

    /// <summary>Floats of the state of sixteen filters.</summary>
    public static int StateSize(int order) => 2 * Lanes * order;

    /// <summary>Filters a stretch of a sequence.</summary>
    /// <param name="order">The order of the filters, from 1 to 4.</param>
    /// <param name="poles">lambda, (2, 16); with intervals its logarithm.</param>
    /// <param name="weights">c, (2, 16).</param>
    /// <param name="input">u, (steps).</param>
    /// <param name="intervals">The time from the step before to each step, (steps), or empty where they are equally far apart.</param>
    /// <param name="state">(order, 2, 16): as the stretch before left it, zeros before the first.</param>
    /// <param name="output">y, (steps, 16); assigned.</param>
    public static void Run(
        int order, ReadOnlySpan<float> poles, ReadOnlySpan<float> weights, ReadOnlySpan<float> input, ReadOnlySpan<float> intervals,
        Span<float> state, Span<float> output)
    {
        fixed (float* lambda = poles, c = weights, u = input, dt = intervals, x = state, y = output)
        {
            var stretch = new Stretch(lambda, c, u, intervals.IsEmpty ? null : dt, x, y, input.Length);
            switch (order)
            {
                case 1: Columns.RunEach(new Walk<N1>(stretch), Lanes); break;
                case 2: Columns.RunEach(new Walk<N2>(stretch), Lanes); break;
                case 3: Columns.RunEach(new Walk<N3>(stretch), Lanes); break;
                default: Columns.RunEach(new Walk<N4>(stretch), Lanes); break;
            }
        }
    }

    private readonly struct Stretch(float* poles, float* weights, float* input, float* intervals, float* state, float* output, int steps)
    {
        public readonly float* Poles = poles, Weights = weights, Input = input, Intervals = intervals, State = state, Output = output;
        public readonly int Steps = steps;
    }

    private readonly struct Walk<TOrder>(Stretch stretch) : IColumnWalk
        where TOrder : ICount
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int column)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            const int Plane = Lanes;
            float* poles = stretch.Poles + column, weights = stretch.Weights + column, state = stretch.State + column;
            float* output = stretch.Output + column, input = stretch.Input, intervals = stretch.Intervals;
            TVector re = TLane.Load(poles), im = TLane.Load(poles + Plane), cr = TLane.Load(weights), ci = TLane.Load(weights + Plane);
            TVector lr = re, li = im, one = TLane.Broadcast(1);
            TVector r0 = TLane.Load(state), i0 = TLane.Load(state + Plane), r1 = default, i1 = default, r2 = default, i2 = default;
            TVector r3 = default, i3 = default;
            if (TOrder.Value > 1)
                (r1, i1) = (TLane.Load(state + 2 * Plane), TLane.Load(state + 3 * Plane));
            if (TOrder.Value > 2)
                (r2, i2) = (TLane.Load(state + 4 * Plane), TLane.Load(state + 5 * Plane));
            if (TOrder.Value > 3)
                (r3, i3) = (TLane.Load(state + 6 * Plane), TLane.Load(state + 7 * Plane));
            if (intervals != null)
                HeldIncrement.Load<TLane, TVector>(ref re, ref im);
            for (int t = 0; t < stretch.Steps; t++)
            {
                if (intervals != null)
                {
                    HeldIncrement.Of<TLane, TVector>(re, im, TLane.Broadcast(intervals[t]), out TVector er, out li);
                    lr = TLane.Add(one, er);
                }
                TVector yr = TLane.Broadcast(input[t]), yi = default;
                Step<TLane, TVector>(lr, li, ref r0, ref i0, ref yr, ref yi);
                if (TOrder.Value > 1)
                    Step<TLane, TVector>(lr, li, ref r1, ref i1, ref yr, ref yi);
                if (TOrder.Value > 2)
                    Step<TLane, TVector>(lr, li, ref r2, ref i2, ref yr, ref yi);
                if (TOrder.Value > 3)
                    Step<TLane, TVector>(lr, li, ref r3, ref i3, ref yr, ref yi);
                TLane.Store(output + (nint)t * Plane, TLane.MultiplySubtract(ci, yi, TLane.Multiply(cr, yr)));
            }
            TLane.Store(state, r0);
            TLane.Store(state + Plane, i0);
            if (TOrder.Value > 1)
                Store<TLane, TVector>(state + 2 * Plane, r1, i1);
            if (TOrder.Value > 2)
                Store<TLane, TVector>(state + 4 * Plane, r2, i2);
            if (TOrder.Value > 3)
                Store<TLane, TVector>(state + 6 * Plane, r3, i3);
        }

        // x = lambda x + v, and v = x for the next recurrence of the chain
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Step<TLane, TVector>(
            TVector lr, TVector li, ref TVector xr, ref TVector xi, ref TVector vr, ref TVector vi)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector next = TLane.MultiplySubtract(li, xi, TLane.MultiplyAdd(lr, xr, vr));
            vi = xi = TLane.MultiplyAdd(li, xr, TLane.MultiplyAdd(lr, xi, vi));
            vr = xr = next;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store<TLane, TVector>(float* place, TVector re, TVector im)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TLane.Store(place, re);
            TLane.Store(place + Lanes, im);
        }
    }
}
