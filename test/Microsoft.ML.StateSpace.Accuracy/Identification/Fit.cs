namespace Microsoft.ML.StateSpace.Accuracy.Identification;

/// <summary>How far a simulated output is from the measured one.</summary>
/// <param name="Percent">FIT, <c>100 (1 - |y - simulated| / |y - mean of y|)</c>: 100 is perfect, 0 no better than the mean.</param>
/// <param name="RootMeanSquaredError">In the unit of the output.</param>
internal readonly record struct Fit(double Percent, double RootMeanSquaredError)
{
    /// <summary>Compares two signals of one length; the first steps, as many as are skipped, do not count.</summary>
    public static Fit Of(double[] measured, double[] simulated, int skip = 0)
    {
        if (measured.Length != simulated.Length)
            throw new ArgumentException($"{measured.Length} steps were measured, {simulated.Length} simulated.", nameof(simulated));
        double mean = measured.Skip(skip).Average(), error = 0, variation = 0;
        for (int step = skip; step < measured.Length; step++)
        {
            error += (measured[step] - simulated[step]) * (measured[step] - simulated[step]);
            variation += (measured[step] - mean) * (measured[step] - mean);
        }
        return new Fit(100 * (1 - Math.Sqrt(error / variation)), Math.Sqrt(error / (measured.Length - skip)));
    }
}
