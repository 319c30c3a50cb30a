using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary><c>y = max(x + b, 0) - r</c> in every row of (rows, width), and its gradient; r is not negative.</summary>
internal static unsafe class Rectifier
{
    /// <summary>Replaces x by y in place; <paramref name="shift"/> is -r.</summary>
    public static void Forward(Span<float> rows, ReadOnlySpan<float> bias, ReadOnlySpan<float> shift)
    {
        RowKernels.AddBias(rows, bias);
        TensorPrimitives.Max(rows, 0, rows);
        RowKernels.AddBias(rows, shift);
    }

    /// <summary>Sets dy to 0, in place, where y is -r: there the maximum was 0.</summary>
    public static void Backward(ReadOnlySpan<float> y, ReadOnlySpan<float> shift, Span<float> dy)
    {
        int width = shift.Length;
        fixed (float* py = y, ps = shift, pdy = dy[..y.Length])
        {
            for (int row = 0; row < y.Length; row += width)
                Elements.Run(new BackwardKernel(py + row, ps, pdy + row), width);
        }
    }

    private readonly struct BackwardKernel(float* y, float* shift, float* dy) : IElementKernel
    {
        private const float Steep = 1e38f; // times a positive number that is not subnormal, it exceeds 1

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector maximum = TLane.Subtract(TLane.Load(y + i), TLane.Load(shift + i));
            TVector slope = TLane.Clamp(TLane.Multiply(maximum, TLane.Broadcast(Steep)), 0, 1);
            TLane.Store(dy + i, TLane.Multiply(slope, TLane.Load(dy + i)));
        }
    }
}
