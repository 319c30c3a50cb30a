using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// N scalar systems side by side whose coefficients change from step to step: <c>z_{t+1} = a_t z_t + b_t q_t</c>,
/// <c>y_t = c_t z_t + d_t q_t</c>. A row of gates is (4, N): a, b, c, d. A few vectors of states run through all time steps before the next
/// ones do.
/// </summary>
internal static unsafe class DilationScan
{
    /// <summary>
    /// Runs from the state before the first row, which stands first in <paramref name="states"/>, (length + 1, N). The other states and y,
    /// (length, N), are assigned.
    /// </summary>
    public static void Forward(ReadOnlySpan<float> gates, ReadOnlySpan<float> q, Span<float> states, Span<float> y, int width)
    {
        int length = q.Length / width;
        fixed (float* pg = gates, pq = q, pz = states, py = y)
            Columns.Run(new ForwardKernel(pg, pq, pz, py, width, length), width, 2);
    }

    /// <summary>From the gradient of y, (length, N), assigns that of q, (length, N), and that of the gates, (length, 4, N).</summary>
    public static void Backward(
        ReadOnlySpan<float> gates, ReadOnlySpan<float> q, ReadOnlySpan<float> states, ReadOnlySpan<float> dy,
        Span<float> dq, Span<float> dgates, int width)
    {
        int length = q.Length / width;
        fixed (float* pg = gates, pq = q, pz = states, pdy = dy, pdq = dq, pdg = dgates)
            Columns.Run(new BackwardKernel(pg, pq, pz, pdy, pdq, pdg, width, length), width, 2);
    }

    private readonly struct ForwardKernel(float* gates, float* q, float* states, float* y, int width, int length) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector z0 = TLane.Load(states + c0), z1 = TLane.Load(states + c1), z2 = TLane.Load(states + c2);
            for (int t = 0; t < length; t++)
            {
                Step<TLane, TVector>(t, c0, ref z0);
                if (TCount.Value > 1)
                    Step<TLane, TVector>(t, c1, ref z1);
                if (TCount.Value > 2)
                    Step<TLane, TVector>(t, c2, ref z2);
            }
        }

        // Overlapping vectors assign the same values twice.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Step<TLane, TVector>(int t, int column, ref TVector z)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* g = gates + (nint)t * 4 * width + column;
            TVector input = TLane.Load(q + (nint)t * width + column);
            TLane.Store(
                y + (nint)t * width + column,
                TLane.MultiplyAdd(TLane.Load(g + 2 * width), z, TLane.Multiply(TLane.Load(g + 3 * width), input)));
            z = TLane.MultiplyAdd(TLane.Load(g), z, TLane.Multiply(TLane.Load(g + width), input));
            TLane.Store(states + (nint)(t + 1) * width + column, z);
        }
    }

    private readonly struct BackwardKernel(
        float* gates, float* q, float* states, float* dy, float* dq, float* dgates, int width, int length) : IColumnKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector, TCount>(int c0, int c1, int c2, int c3)
            where TLane : ILane<TVector>
            where TVector : struct
            where TCount : ICount
        {
            TVector s0 = default, s1 = default, s2 = default;
            for (int t = length - 1; t >= 0; t--)
            {
                Step<TLane, TVector>(t, c0, ref s0);
                if (TCount.Value > 1)
                    Step<TLane, TVector>(t, c1, ref s1);
                if (TCount.Value > 2)
                    Step<TLane, TVector>(t, c2, ref s2);
            }
        }

        // s comes as the gradient of z_{t+1} and becomes that of z_t.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Step<TLane, TVector>(int t, int column, ref TVector s)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint row = (nint)t * width + column, gate = (nint)t * 4 * width + column;
            float* g = gates + gate, dg = dgates + gate;
            TVector input = TLane.Load(q + row), z = TLane.Load(states + row), gradient = TLane.Load(dy + row);
            TLane.Store(dg, TLane.Multiply(s, z));
            TLane.Store(dg + width, TLane.Multiply(s, input));
            TLane.Store(dg + 2 * width, TLane.Multiply(gradient, z));
            TLane.Store(dg + 3 * width, TLane.Multiply(gradient, input));
            TLane.Store(dq + row, TLane.MultiplyAdd(TLane.Load(g + width), s, TLane.Multiply(TLane.Load(g + 3 * width), gradient)));
            s = TLane.MultiplyAdd(TLane.Load(g), s, TLane.Multiply(TLane.Load(g + 2 * width), gradient));
        }
    }
}
