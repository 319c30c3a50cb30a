namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>The initial distributions that layers share.</summary>
internal static class Initialize
{
    // A standard normal variable truncated at two sigma has variance 0.87962566^2. Its deviation is divided out, as Flax does.
    private const double TruncatedDeviation = 0.87962566103423978;

    public static Initializer Constant(float value) => (values, _) => values.Fill(value);

    /// <summary>Normal with mean 0 and standard deviation <paramref name="deviation"/>.</summary>
    public static Initializer Normal(double deviation) => (values, random) =>
    {
        foreach (ref float value in values)
            value = (float)(deviation * Gaussian(random));
    };

    /// <summary>Uniform between minus and plus <paramref name="bound"/>.</summary>
    public static Initializer Uniform(double bound) => (values, random) =>
    {
        foreach (ref float value in values)
            value = (float)(bound * (2 * random.NextDouble() - 1));
    };

    /// <summary>
    /// Normal, cut off at two standard deviations of the uncut distribution, with variance <c>1 / fanIn</c> (LeCun; Flax's
    /// <c>lecun_normal</c>).
    /// </summary>
    public static Initializer LecunNormal(int fanIn) => (values, random) =>
    {
        foreach (ref float value in values)
            value = (float)(TruncatedGaussian(random) / Math.Sqrt(fanIn));
    };

    /// <summary>
    /// Logarithms of step sizes between the bounds, of which 0.001 and 0.1 stand for those that are open: uniform between the logarithms of
    /// the bounds, or the logarithms of uniform values.
    /// </summary>
    public static Initializer LogSteps(StepSizeDistribution distribution, double? minimum, double? maximum) => (values, random) =>
    {
        double low = minimum ?? 0.001, high = maximum ?? 0.1;
        foreach (ref float value in values)
            value = (float)(distribution == StepSizeDistribution.LogUniform
                ? Math.Log(low) + random.NextDouble() * (Math.Log(high) - Math.Log(low))
                : Math.Log(low + random.NextDouble() * (high - low)));
    };

    /// <summary>
    /// Values whose softplus is a step size as <see cref="LogSteps"/> draws it, but is not below 1e-4 (Mamba's floor). The inverse of
    /// softplus is <c>y + log(1 - exp(-y))</c>.
    /// </summary>
    public static Initializer SoftplusSteps(StepSizeDistribution distribution, double? minimum, double? maximum) => (values, random) =>
    {
        LogSteps(distribution, minimum, maximum)(values, random);
        foreach (ref float value in values)
        {
            double step = Math.Max(Math.Exp(value), 1e-4);
            value = (float)(step + Math.Log(1 - Math.Exp(-step)));
        }
    };

    /// <summary>A standard normal draw (Box and Muller).</summary>
    public static double Gaussian(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());

    /// <summary>A draw of variance one from the normal distribution cut off at two sigma.</summary>
    public static double TruncatedGaussian(Random random)
    {
        double draw = Gaussian(random);
        while (Math.Abs(draw) > 2)
            draw = Gaussian(random);
        return draw / TruncatedDeviation;
    }
}
