using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// One step of a state space with one scalar decay a channel. All channels share the input vector b and the read-out vector c.
/// </summary>
internal static unsafe class SsdStep
{
    /// <summary>
    /// <c>h = a h + b u</c> in place, then <c>y += sum over n of c h</c>. h is (N, channels), b and c are (N), and a, u and y are
    /// (channels).
    /// </summary>
    public static void Run(
        ReadOnlySpan<float> decay, ReadOnlySpan<float> u, ReadOnlySpan<float> b, ReadOnlySpan<float> c, Span<float> h, Span<float> y)
    {
        fixed (float* pa = decay, pu = u, pb = b, pc = c, ph = h, py = y)
            Elements.Run(new Kernel(pa, pu, pb, pc, ph, py, b.Length, y.Length), y.Length);
    }

    private readonly struct Kernel(
        float* decay, float* u, float* b, float* c, float* h, float* y, int states, int channels) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector a = TLane.Load(decay + i), input = TLane.Load(u + i), sum = TLane.Load(y + i);
            float* row = h + i;
            for (int n = 0; n < states; n++, row += channels)
            {
                TVector state = TLane.MultiplyAdd(a, TLane.Load(row), TLane.Multiply(TLane.Broadcast(b[n]), input));
                TLane.Store(row, state);
                sum = TLane.MultiplyAdd(TLane.Broadcast(c[n]), state, sum);
            }
            TLane.Store(y + i, sum);
        }
    }
}
