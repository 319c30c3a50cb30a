using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Operations between the rows of a matrix (rows, width) and one vector (width).</summary>
internal static class RowKernels
{
    /// <summary>Adds <paramref name="bias"/> to every row.</summary>
    public static void AddBias(Span<float> rows, ReadOnlySpan<float> bias)
    {
        for (int i = 0; i < rows.Length; i += bias.Length)
        {
            var row = rows.Slice(i, bias.Length);
            TensorPrimitives.Add(row, bias, row);
        }
    }

    /// <summary>Adds the sum of all rows to <paramref name="sum"/>.</summary>
    public static void AddRowSum(ReadOnlySpan<float> rows, Span<float> sum)
    {
        for (int i = 0; i < rows.Length; i += sum.Length)
            TensorPrimitives.Add(sum, rows.Slice(i, sum.Length), sum);
    }

    /// <summary><c>y += x * scale</c>, row by row.</summary>
    public static void AddScaled(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, Span<float> y)
    {
        for (int i = 0; i < x.Length; i += scale.Length)
        {
            var row = y.Slice(i, scale.Length);
            TensorPrimitives.MultiplyAdd(x.Slice(i, scale.Length), scale, row, row);
        }
    }

    /// <summary>Adds <c>sum over rows of x * y</c> to <paramref name="sum"/>.</summary>
    public static void AddProductSum(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> sum)
    {
        for (int i = 0; i < x.Length; i += sum.Length)
            TensorPrimitives.MultiplyAdd(x.Slice(i, sum.Length), y.Slice(i, sum.Length), sum, sum);
    }
}
