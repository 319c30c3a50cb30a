namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>Central differences in double: with a step of 1e-5 both the curvature's error and the rounding stay near 1e-10.</summary>
internal static class NumericGradient
{
    private const double Step = 1e-5;

    /// <summary>
    /// The gradient of <paramref name="loss"/> with respect to <paramref name="values"/>, which it reads and which are moved one by one.
    /// </summary>
    public static double[] Of(Func<double> loss, double[] values)
    {
        var gradient = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double value = values[i];
            values[i] = value + Step;
            double above = loss();
            values[i] = value - Step;
            double below = loss();
            values[i] = value;
            gradient[i] = (above - below) / (2 * Step);
        }
        return gradient;
    }

    /// <summary>The gradient with respect to a sequence, flat.</summary>
    public static double[] Of(Func<double> loss, double[][] x) => [.. x.SelectMany(row => Of(loss, row))];

    /// <summary>The scalar that an upstream gradient makes of an output: their inner product.</summary>
    public static double Dot(double[] upstream, double[] output) => upstream.Zip(output, (g, y) => g * y).Sum();
}
