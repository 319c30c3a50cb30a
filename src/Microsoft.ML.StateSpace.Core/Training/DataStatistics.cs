using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Stores with a model the mean and standard deviation of every input channel, and of every target, over all time steps of the training
/// sequences.
/// </summary>
internal static class DataStatistics
{
    public static void Store(SequenceModel model, ParameterSet parameters, SequenceSet data)
    {
        if (model.Input is not null)
        {
            var (mean, deviation) = Of(data, data.Features, static (set, i) => set.Values(i));
            model.Input.Set(parameters, mean, deviation);
        }
        if (model.Head.Output is not null)
        {
            var (mean, deviation) = Of(data, data.Targets.Width, static (set, i) => set.TargetsOf(i));
            model.Head.Output.Set(parameters, mean, deviation);
        }
    }

    private delegate ReadOnlySpan<float> Rows(SequenceSet set, int index);

    // Values that are not known (NaN) do not count.
    private static (double[] Mean, double[] Deviation) Of(SequenceSet data, int channels, Rows rows)
    {
        double[] mean = new double[channels], deviation = new double[channels];
        var count = new long[channels];
        for (int i = 0; i < data.Count; i++)
        {
            var values = rows(data, i);
            for (int j = 0; j < values.Length; j++)
            {
                if (float.IsNaN(values[j]))
                    continue;
                mean[j % channels] += values[j];
                count[j % channels]++;
            }
        }
        for (int c = 0; c < channels; c++)
            mean[c] /= Math.Max(1, count[c]);
        for (int i = 0; i < data.Count; i++)
        {
            var values = rows(data, i);
            for (int j = 0; j < values.Length; j++)
                deviation[j % channels] += float.IsNaN(values[j]) ? 0 : Math.Pow(values[j] - mean[j % channels], 2);
        }
        for (int c = 0; c < channels; c++)
            deviation[c] = Math.Sqrt(deviation[c] / Math.Max(1, count[c]));
        return (mean, deviation);
    }
}
