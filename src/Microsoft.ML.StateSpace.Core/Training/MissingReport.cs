using System.Globalization;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Says how much of the training sequences is missing, and what becomes of it.</summary>
internal sealed class MissingReport(SequenceModelOptions options, SequenceSource data, Action<string>? log)
{
    private long _missingInputs, _inputs, _missingTargets, _targets;

    public static void Write(SequenceModelOptions options, SequenceSet data, Action<string>? log)
    {
        var report = new MissingReport(options, data, log);
        report.Add(data);
        report.Write();
    }

    /// <summary>Counts some of the sequences.</summary>
    public void Add(SequenceSet part)
    {
        if (log is null)
            return;
        for (int i = 0; i < part.Count; i++)
        {
            if (options.MissingValues is not null)
                Count(part.Values(i), ref _missingInputs, ref _inputs);
            int leftOut = part.Targets.Axis == AnswerAxis.Step ? Math.Min(part.LeftOut, part.Length(i)) : 0;
            Count(part.TargetsOf(i)[(leftOut * part.Targets.ValueWidth)..], ref _missingTargets, ref _targets);
        }
    }

    /// <summary>Says what was counted.</summary>
    public void Write()
    {
        if (_missingInputs > 0)
        {
            log?.Invoke(
                $"{data.FeaturesName}: {Percent(_missingInputs, _inputs)} of the values of the training sequences are missing (NaN). "
                + (options.MissingValues == MissingValues.Mean ? "The mean of the channel" : "The last measured value")
                + " stands for a missing one, and the model learns from what was measured where. Set MissingValues to Error to refuse "
                + "such rows.");
        }
        if (_missingTargets > 0)
            log?.Invoke(
                $"{data.TargetsName}: {Percent(_missingTargets, _targets)} of the targets of the training sequences are missing (NaN), and "
                + "count nowhere.");
    }

    private static void Count(ReadOnlySpan<float> values, ref long missing, ref long count)
    {
        foreach (float value in values)
            missing += float.IsNaN(value) ? 1 : 0;
        count += values.Length;
    }

    private static string Percent(long part, long whole)
        => $"{(100 * (part / (double)whole)).ToString("0.##", CultureInfo.InvariantCulture)} %";
}
