using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// What mattered to the answers of a model: how much the metric of its task falls when a part of every sequence is exchanged for that of
/// another sequence (Breiman, "Random forests", 2001, section 10). A part is a channel over all time steps, or a stretch of time over all
/// channels. What two channels both tell is found in neither alone.
/// </summary>
/// <param name="MetricName">The metric: accuracy, or the mean fit in percent. The larger, the better.</param>
/// <param name="Metric">The metric of the sequences as they are.</param>
/// <param name="Channels">The importance of each channel, in their order.</param>
/// <param name="Stretches">The importance of each stretch of time, in the order of time. Each is an equal share of every sequence.</param>
public sealed record SequenceImportance(
    string MetricName, double Metric, IReadOnlyList<PartImportance> Channels, IReadOnlyList<PartImportance> Stretches)
{
    internal static SequenceImportance Of(TrainedModel model, SequenceSet set, int repeats, int stretches, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stretches, 0);
        var exchange = new PartExchange(model, set, seed);
        double metric = exchange.Metric(new SequencePart(0, 0, 0, 0), 0);
        PartImportance Importance(SequencePart part) => PartImportance.Of(
            [.. Enumerable.Range(0, repeats).Select(repeat => metric - exchange.Metric(part, repeat))]);
        return new(
            exchange.MetricName, metric,
            [.. Enumerable.Range(0, set.Features).Select(channel => Importance(new(channel, channel + 1, 0, 1)))],
            [.. Enumerable.Range(0, stretches)
                .Select(i => Importance(new(0, set.Features, (double)i / stretches, (i + 1.0) / stretches)))]);
    }
}

/// <summary>How much the metric falls when a part of the sequences is exchanged.</summary>
/// <param name="Mean">The mean over the repeats. Near zero where the part does not matter.</param>
/// <param name="StandardDeviation">The standard deviation over the repeats; 0 where there is only one.</param>
public sealed record PartImportance(double Mean, double StandardDeviation)
{
    internal static PartImportance Of(double[] falls)
    {
        double mean = falls.Average();
        return new(mean, falls.Length == 1 ? 0 : Math.Sqrt(falls.Sum(fall => (fall - mean) * (fall - mean)) / (falls.Length - 1)));
    }
}
