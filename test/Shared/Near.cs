namespace Microsoft.ML.StateSpace.Testing;

/// <summary>Closeness of a whole tensor: every error is small against the tensor's largest magnitude, for that is what sums into every element.</summary>
internal static class Near
{
    public static void Equal(double[] expected, ReadOnlySpan<float> actual, double relative, string what)
        => Equal(expected, [.. actual.ToArray().Select(value => (double)value)], relative, what);

    public static void Equal(double[] expected, double[] actual, double relative, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < expected.Length; i++)
            if (!(Math.Abs(expected[i] - actual[i]) <= relative * scale))
                Assert.Fail($"{what}[{i}] must be {expected[i]:R} to {relative * scale:G3}, but is {actual[i]:R}.");
    }
}
