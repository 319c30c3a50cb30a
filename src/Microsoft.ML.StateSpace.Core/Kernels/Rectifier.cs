using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary><c>max(x, 0)</c> and its gradient.</summary>
internal static unsafe class Rectifier
{
    /// <summary><c>y = max(x, 0)</c>; in place is safe.</summary>
    public static void Forward(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Max(x, 0, y);

    /// <summary><c>dy = dy</c> where y is positive, and 0 elsewhere.</summary>
    public static void Backward(ReadOnlySpan<float> y, Span<float> dy)
    {
        fixed (float* py = y, pdy = dy[..y.Length])
            Elements.Run(new BackwardKernel(py, pdy), y.Length);
    }

    private readonly struct BackwardKernel(float* y, float* dy) : IElementKernel
    {
        private const float Steep = 1e38f; // y that is a normal number, times it, is beyond one

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector slope = TLane.Clamp(TLane.Multiply(TLane.Load(y + i), TLane.Broadcast(Steep)), 0, 1);
            TLane.Store(dy + i, TLane.Multiply(slope, TLane.Load(dy + i)));
        }
    }
}
