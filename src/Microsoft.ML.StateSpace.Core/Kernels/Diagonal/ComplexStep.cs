using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>One step of the recurrence of <see cref="ComplexScan"/>. It uses the same operations, so it gives the same bits.</summary>
internal static unsafe class ComplexStep
{
    /// <summary><c>x = lambda x + v</c> in place; lambda, v and x are two planes, (2, N).</summary>
    public static void Run(ReadOnlySpan<float> lambda, ReadOnlySpan<float> v, Span<float> x)
    {
        Debug.Assert(lambda.Length == x.Length && v.Length == x.Length, "lambda, v and x have the same states");
        int states = x.Length / 2;
        fixed (float* pl = lambda, pv = v, px = x)
            Elements.Run(new Kernel(pl, pv, px, states), states);
    }

    private readonly struct Kernel(float* lambda, float* v, float* x, int states) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            int j = states + i;
            TVector lr = TLane.Load(lambda + i), li = TLane.Load(lambda + j), xr = TLane.Load(x + i), xi = TLane.Load(x + j);
            TLane.Store(x + i, TLane.MultiplySubtract(li, xi, TLane.MultiplyAdd(lr, xr, TLane.Load(v + i))));
            TLane.Store(x + j, TLane.MultiplyAdd(li, xr, TLane.MultiplyAdd(lr, xi, TLane.Load(v + j))));
        }
    }
}
