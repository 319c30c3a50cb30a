using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Sums over a span, in an order that depends on its length only.</summary>
internal static unsafe class Reductions
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool HasNaN(ReadOnlySpan<float> x)
    {
        foreach (float value in x)
        {
            if (float.IsNaN(value))
                return true;
        }
        return false;
    }

    /// <summary>Whether no value is NaN or infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsFinite(ReadOnlySpan<float> x)
    {
        foreach (float value in x)
        {
            if (!float.IsFinite(value))
                return false;
        }
        return true;
    }

    /// <summary>
    /// The sum of the squares, in double. A product of two floats is exact in double, and eight partial sums are added in the same order
    /// everywhere, so all machines agree on every bit.
    /// </summary>
    public static double SumOfSquares(ReadOnlySpan<float> x)
    {
        Vector256<double> low = default, high = default;
        int i = 0;
        fixed (float* p = x)
        {
            for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var (l, h) = Vector256.Widen(Vector256.Load(p + i));
                low += l * l;
                high += h * h;
            }
        }
        var four = low + high;
        double sum = (four[0] + four[1]) + (four[2] + four[3]);
        for (; i < x.Length; i++)
            sum += (double)x[i] * x[i];
        return sum;
    }
}
