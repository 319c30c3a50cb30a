using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// One time step of independent channels whose systems are diagonal but for a rank of one: <c>x = F x - H m + B u</c>, where
/// <c>m = sum_n Re(R_n x_n)</c> of the state before the step, then <c>y = sum_n Re(C x_n) + d u</c>. All vectors, and x, lie like the
/// states of a boundary in <see cref="ChunkLayout"/>, with their two planes <c>plane</c> floats apart. Costs 10 multiply-adds a state.
/// </summary>
internal static unsafe class RankOneStep
{
    private const int Group = ChunkLayout.Group;

    /// <summary>Updates x in place and assigns y.</summary>
    public static void Run(
        int states, int plane,
        ReadOnlySpan<float> f, ReadOnlySpan<float> h, ReadOnlySpan<float> r, ReadOnlySpan<float> b, ReadOnlySpan<float> c,
        ReadOnlySpan<float> d, ReadOnlySpan<float> u, Span<float> x, Span<float> y)
    {
        fixed (float* pf = f, ph = h, pr = r, pb = b, pc = c, pd = d, pu = u, px = x, py = y)
            Elements.Run(new StepKernel(new Vectors(states, plane, pf, ph, pr, pb, pc), pd, pu, px, py), u.Length);
    }

    /// <summary>The vectors of a system.</summary>
    private readonly struct Vectors(int states, int plane, float* f, float* h, float* r, float* b, float* c)
    {
        public readonly int States = states, Plane = plane;
        public readonly float* F = f, H = h, R = r, B = b, C = c;
    }

    private readonly struct StepKernel(Vectors system, float* d, float* u, float* x, float* y) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            nint start = ChunkLayout.OfState(i, system.States), plane = system.Plane, end = start + system.States * Group;
            TVector m = default, input = TLane.Load(u + i), sum = TLane.Multiply(TLane.Load(d + i), input);
            for (nint s = start; s < end; s += Group)
                m = RealProduct<TLane, TVector>(system.R + s, system.Plane, TLane.Load(x + s), TLane.Load(x + plane + s), m);
            for (nint s = start; s < end; s += Group)
            {
                var (re, im) = Update<TLane, TVector>(system, s, TLane.Load(x + s), TLane.Load(x + plane + s), m);
                re = TLane.MultiplyAdd(TLane.Load(system.B + s), input, re);
                im = TLane.MultiplyAdd(TLane.Load(system.B + plane + s), input, im);
                TLane.Store(x + s, re);
                TLane.Store(x + plane + s, im);
                sum = RealProduct<TLane, TVector>(system.C + s, system.Plane, re, im, sum);
            }
            TLane.Store(y + i, sum);
        }
    }

    // F x - H m
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Re, TVector Im) Update<TLane, TVector>(in Vectors system, nint s, TVector xr, TVector xi, TVector m)
        where TLane : ILane<TVector>
        where TVector : struct
    {
        nint plane = system.Plane;
        TVector fr = TLane.Load(system.F + s), fi = TLane.Load(system.F + plane + s);
        TVector re = TLane.MultiplySubtract(fi, xi, TLane.Multiply(fr, xr)), im = TLane.MultiplyAdd(fi, xr, TLane.Multiply(fr, xi));
        return (TLane.MultiplySubtract(TLane.Load(system.H + s), m, re), TLane.MultiplySubtract(TLane.Load(system.H + plane + s), m, im));
    }

    // sum + Re(a x)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector RealProduct<TLane, TVector>(float* a, nint plane, TVector xr, TVector xi, TVector sum)
        where TLane : ILane<TVector>
        where TVector : struct
        => TLane.MultiplySubtract(TLane.Load(a + plane), xi, TLane.MultiplyAdd(TLane.Load(a), xr, sum));
}
