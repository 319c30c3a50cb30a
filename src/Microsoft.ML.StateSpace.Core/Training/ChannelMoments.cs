namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Mean, standard deviation and largest magnitude of channels, over rows that are gone through twice: first for the mean, then for the
/// deviation from it. Values that are not known (NaN) do not count.
/// </summary>
internal sealed class ChannelMoments(int channels)
{
    private readonly long[] _count = new long[channels];

    public double[] Mean { get; } = new double[channels];

    public double[] Deviation { get; } = new double[channels];

    public double[] Largest { get; } = new double[channels];

    /// <summary>Adds rows (rows, channels) to the mean.</summary>
    public void AddToMean(ReadOnlySpan<float> values)
    {
        for (int j = 0, c = 0; j < values.Length; j++, c = c + 1 == channels ? 0 : c + 1)
        {
            if (float.IsNaN(values[j]))
                continue;
            Mean[c] += values[j];
            Largest[c] = Math.Max(Largest[c], Math.Abs(values[j]));
            _count[c]++;
        }
    }

    /// <summary>Ends the first time through.</summary>
    public void EndMean()
    {
        for (int c = 0; c < channels; c++)
            Mean[c] /= Math.Max(1, _count[c]);
    }

    /// <summary>Adds the same rows to the deviation.</summary>
    public void AddToDeviation(ReadOnlySpan<float> values)
    {
        for (int j = 0, c = 0; j < values.Length; j++, c = c + 1 == channels ? 0 : c + 1)
            Deviation[c] += float.IsNaN(values[j]) ? 0 : (values[j] - Mean[c]) * (values[j] - Mean[c]);
    }

    /// <summary>Ends the second time through.</summary>
    public void EndDeviation()
    {
        for (int c = 0; c < channels; c++)
            Deviation[c] = Math.Sqrt(Deviation[c] / Math.Max(1, _count[c]));
    }
}
