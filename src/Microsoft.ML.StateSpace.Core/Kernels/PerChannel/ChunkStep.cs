using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// One time step of independent channels: <c>x = pole x + u</c> in place, then <c>y = sum_n Re(c x_n) + d u</c>. Poles, c and x lie like
/// the states of a boundary (<see cref="ChunkLayout"/>).
/// </summary>
internal static unsafe class ChunkStep
{
    public static void Run(
        int states, ReadOnlySpan<float> pole, ReadOnlySpan<float> c, ReadOnlySpan<float> d,
        ReadOnlySpan<float> u, Span<float> x, Span<float> y)
    {
        fixed (float* pa = pole, pc = c, pd = d, pu = u, px = x, py = y)
            Elements.Run(new Kernel(states, pole.Length / 2, pa, pc, pd, pu, px, py), u.Length);
    }

    private readonly struct Kernel(int states, int plane, float* pole, float* c, float* d, float* u, float* x, float* y) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint s = ChunkLayout.OfState(i, states);
            TVector input = TLane.Load(u + i), sum = TLane.Multiply(TLane.Load(d + i), input);
            for (int n = 0; n < states; n++, s += ChunkLayout.Group)
            {
                TVector ar = TLane.Load(pole + s), ai = TLane.Load(pole + plane + s),
                    xr = TLane.Load(x + s), xi = TLane.Load(x + plane + s);
                TVector re = TLane.MultiplySubtract(ai, xi, TLane.MultiplyAdd(ar, xr, input)),
                    im = TLane.MultiplyAdd(ai, xr, TLane.Multiply(ar, xi));
                TLane.Store(x + s, re);
                TLane.Store(x + plane + s, im);
                sum = TLane.MultiplySubtract(TLane.Load(c + plane + s), im, TLane.MultiplyAdd(TLane.Load(c + s), re, sum));
            }
            TLane.Store(y + i, sum);
        }
    }
}
