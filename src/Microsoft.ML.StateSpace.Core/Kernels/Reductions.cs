namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Sums over a span, in an order that depends on its length only.</summary>
internal static class Reductions
{
    /// <summary>The sum of the squares, in double.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float value in x)
            sum += (double)value * value;
        return sum;
    }
}
