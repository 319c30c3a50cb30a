namespace Microsoft.ML.StateSpace.Accuracy.Identification;

/// <summary>Brings a signal to mean 0 and deviation 1, and back.</summary>
internal sealed record Scale(double Mean, double Deviation)
{
    /// <summary>The scale of a signal. One that does not vary is only shifted.</summary>
    public static Scale Of(double[] signal)
    {
        double mean = signal.Average(), deviation = Math.Sqrt(signal.Average(value => (value - mean) * (value - mean)));
        return new Scale(mean, deviation > 0 ? deviation : 1);
    }

    public double[] Apply(double[] signal) => Array.ConvertAll(signal, value => (value - Mean) / Deviation);

    public double[] Undo(double[] scaled) => Array.ConvertAll(scaled, value => value * Deviation + Mean);
}
