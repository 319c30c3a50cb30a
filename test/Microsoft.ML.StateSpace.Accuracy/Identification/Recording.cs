namespace Microsoft.ML.StateSpace.Accuracy.Identification;

/// <summary>What was measured at a plant, step by step at a fixed rate: what went in, and what came out.</summary>
/// <param name="Inputs">(inputs, steps).</param>
/// <param name="Outputs">(outputs, steps), as many steps.</param>
internal sealed record Recording(double[][] Inputs, double[][] Outputs)
{
    public int Steps => Inputs[0].Length;

    /// <summary>The steps of a range.</summary>
    public Recording this[Range steps] => new(Cut(Inputs, steps), Cut(Outputs, steps));

    /// <summary>Signals one behind the other in time-major order, (steps, signals), as ML.NET's vector columns have them.</summary>
    public static float[] TimeMajor(double[][] signals)
        => [.. Enumerable.Range(0, signals[0].Length).SelectMany(step => signals.Select(signal => (float)signal[step]))];

    /// <summary>The inverse of <see cref="TimeMajor"/>.</summary>
    public static double[][] Signals(float[] timeMajor, int count)
        => [.. Enumerable.Range(0, count).Select(signal
            => Enumerable.Range(0, timeMajor.Length / count).Select(step => (double)timeMajor[step * count + signal]).ToArray())];

    private static double[][] Cut(double[][] signals, Range steps) => [.. signals.Select(signal => signal[steps])];
}
