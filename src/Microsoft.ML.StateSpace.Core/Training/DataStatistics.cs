using Microsoft.ML.StateSpace.Layers;
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
    /// <param name="model">The model.</param>
    /// <param name="parameters">Its parameters, which receive the statistics.</param>
    /// <param name="data">The training sequences.</param>
    /// <returns>What a user should know: a line for each column with channels that do not vary.</returns>
    public static IReadOnlyList<string> Store(SequenceNetwork model, ParameterSet parameters, SequenceSet data)
    {
        var lines = new List<string>();
        if (model.Input is not null)
        {
            var constant = Store(model.Input, parameters, data, static (set, i) => set.Values(i));
            if (constant.Count > 0)
                lines.Add(
                    $"{data.FeaturesName}, {Name("channel", constant)}: all values of the training sequences are the same but for "
                    + "rounding, so nothing can be learned from them. Leave out what is constant, or check how the column is filled.");
        }
        if (model.Head.Output is not null)
        {
            var constant = Store(model.Head.Output, parameters, data, static (set, i) => set.TargetsOf(i));
            if (constant.Count > 0)
                lines.Add(
                    $"{data.TargetsName}, {Name("output", constant)}: all targets of the training sequences are the same but for "
                    + "rounding, so the model learns to answer with a constant. Leave out what is constant, or check how the column is "
                    + "filled.");
        }
        return lines;
    }

    private delegate ReadOnlySpan<float> Rows(SequenceSet set, int index);

    // Returns the channels that are constant.
    private static List<int> Store(Standardize layer, ParameterSet parameters, SequenceSet data, Rows rows)
    {
        var (mean, deviation, largest) = Of(data, layer.Size, rows);
        layer.Set(parameters, mean, deviation, largest);
        return [.. Enumerable.Range(0, layer.Size).Where(c => Standardize.IsConstant(deviation[c], largest[c]))];
    }

    private static string Name(string kind, List<int> channels)
    {
        const int Most = 10;
        string more = channels.Count > Most ? $" and {channels.Count - Most} more" : "";
        return $"{kind}{(channels.Count == 1 ? "" : "s")} {string.Join(", ", channels.Take(Most))}{more}";
    }

    // Values that are not known (NaN) do not count.
    private static (double[] Mean, double[] Deviation, double[] Largest) Of(SequenceSet data, int channels, Rows rows)
    {
        double[] mean = new double[channels], deviation = new double[channels], largest = new double[channels];
        var count = new long[channels];
        for (int i = 0; i < data.Count; i++)
        {
            var values = rows(data, i);
            for (int j = 0, c = 0; j < values.Length; j++, c = c + 1 == channels ? 0 : c + 1)
            {
                if (float.IsNaN(values[j]))
                    continue;
                mean[c] += values[j];
                largest[c] = Math.Max(largest[c], Math.Abs(values[j]));
                count[c]++;
            }
        }
        for (int c = 0; c < channels; c++)
            mean[c] /= Math.Max(1, count[c]);
        for (int i = 0; i < data.Count; i++)
        {
            var values = rows(data, i);
            for (int j = 0, c = 0; j < values.Length; j++, c = c + 1 == channels ? 0 : c + 1)
                deviation[c] += float.IsNaN(values[j]) ? 0 : (values[j] - mean[c]) * (values[j] - mean[c]);
        }
        for (int c = 0; c < channels; c++)
            deviation[c] = Math.Sqrt(deviation[c] / Math.Max(1, count[c]));
        return (mean, deviation, largest);
    }
}
