using System.Globalization;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Says how much of the training sequences is missing, and what becomes of it.</summary>
internal static class MissingReport
{
    public static void Write(SequenceModelOptions options, SequenceSet data, Action<string>? log)
    {
        if (log is null)
            return;
        if (options.MissingValues is MissingValues missing && Share(data, static (set, i) => set.Values(i)) is > 0 and var inputs)
        {
            log(
                $"{data.FeaturesName}: {Percent(inputs)} of the values of the training sequences are missing (NaN). "
                + (missing == MissingValues.Mean ? "The mean of the channel" : "The last measured value")
                + " stands for a missing one, and the model learns from what was measured where. Set MissingValues to Error to refuse "
                + "such rows.");
        }
        if (Share(data, Targets) is > 0 and var targets)
            log($"{data.TargetsName}: {Percent(targets)} of the targets of the training sequences are missing (NaN), and count nowhere.");
    }

    private delegate ReadOnlySpan<float> Rows(SequenceSet set, int index);

    private static ReadOnlySpan<float> Targets(SequenceSet set, int index)
    {
        int leftOut = set.Targets.Axis == AnswerAxis.Step ? Math.Min(set.LeftOut, set.Length(index)) : 0;
        return set.TargetsOf(index)[(leftOut * set.Targets.ValueWidth)..];
    }

    private static double Share(SequenceSet data, Rows rows)
    {
        long missing = 0, count = 0;
        for (int i = 0; i < data.Count; i++)
        {
            foreach (float value in rows(data, i))
                missing += float.IsNaN(value) ? 1 : 0;
            count += rows(data, i).Length;
        }
        return count == 0 ? 0 : missing / (double)count;
    }

    private static string Percent(double share) => $"{(100 * share).ToString("0.##", CultureInfo.InvariantCulture)} %";
}
