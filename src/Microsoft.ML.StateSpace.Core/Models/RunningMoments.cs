namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// Mean and deviation of the values so far, one more at a time (Welford, "Note on a method for calculating corrected sums of squares and
/// products", 1962): <c>m += (x - m) / n</c>, <c>v = ((n - 1) v + (x - m_before) (x - m)) / n</c>. They are kept as floats of a state, two
/// for each number, so that a sequence of millions of steps still changes them. A stream, a window and a batch read the same floats.
/// </summary>
internal static class RunningMoments
{
    /// <summary>Floats of the state of one channel: count, mean and deviation, each as a float and what rounding to it has lost.</summary>
    public const int StateSize = 6;

    /// <summary>A deviation of so little of the mean is what rounding leaves of a constant.</summary>
    public const double Resolution = 1e-6;

    /// <summary>Takes one more value.</summary>
    /// <param name="state">(<see cref="StateSize"/>); zeros before the first value.</param>
    /// <param name="value">The value.</param>
    public static void Add(Span<float> state, double value)
    {
        double count = Read(state, 0) + 1, before = Read(state, 1), deviation = Read(state, 2);
        double mean = before + (value - before) / count;
        double variance = ((count - 1) * deviation * deviation + (value - before) * (value - mean)) / count;
        Write(state, 0, count);
        Write(state, 1, mean);
        Write(state, 2, Math.Sqrt(Math.Max(0, variance)));
    }

    /// <summary>A value in deviations from the mean so far.</summary>
    public static float Standardize(ReadOnlySpan<float> state, double value) => Standardize(value, Read(state, 1), Read(state, 2));

    /// <summary>A value in deviations from a mean; 0 where nothing deviates but for rounding.</summary>
    public static float Standardize(double value, double mean, double deviation)
        => deviation <= Resolution * Math.Abs(mean) ? 0 : (float)((value - mean) / deviation);

    private static double Read(ReadOnlySpan<float> state, int number) => (double)state[2 * number] + state[2 * number + 1];

    private static void Write(Span<float> state, int number, double value)
    {
        float rounded = (float)Math.Clamp(value, float.MinValue, float.MaxValue);
        state[2 * number] = rounded;
        state[2 * number + 1] = (float)(value - rounded);
    }
}
