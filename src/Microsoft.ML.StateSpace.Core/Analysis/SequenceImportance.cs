using System.Globalization;
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
/// <param name="Channels">
/// The importance of each channel, in their order. A channel is named by its slot names where the column has them, otherwise by its index.
/// </param>
/// <param name="Stretches">
/// The importance of each stretch of time, in the order of time. Each is an equal share of every sequence, and so is its name: "20-40 %".
/// </param>
public sealed record SequenceImportance(
    string MetricName, double Metric, IReadOnlyList<PartImportance> Channels, IReadOnlyList<PartImportance> Stretches)
{
    /// <param name="model">The model.</param>
    /// <param name="set">Sequences with their targets.</param>
    /// <param name="repeats">How often each part is exchanged, each time for that of another sequence.</param>
    /// <param name="stretches">The number of stretches of time; 0 leaves them out.</param>
    /// <param name="seed">Chooses the other sequences.</param>
    /// <param name="channels">The names of the channels; <see langword="null"/> means their indices.</param>
    /// <param name="answer">How a sequence is scored; <see langword="null"/> means by the model alone.</param>
    internal static SequenceImportance Of(
        TrainedModel model, SequenceSet set, int repeats, int stretches, int seed, string[]? channels = null, AnswerTo? answer = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stretches, 0);
        var exchange = new PartExchange(model, set, seed, answer ?? new SequencePredictor(model).Predict);
        double metric = exchange.Metric(new SequencePart(0, 0, 0, 0), 0);
        PartImportance Importance(string name, SequencePart part) => PartImportance.Of(
            name, [.. Enumerable.Range(0, repeats).Select(repeat => metric - exchange.Metric(part, repeat))]);
        return new(
            exchange.MetricName, metric,
            [.. Enumerable.Range(0, set.Features)
                .Select(c => Importance(channels?[c] ?? c.ToString(CultureInfo.InvariantCulture), new(c, c + 1, 0, 1)))],
            [.. Enumerable.Range(0, stretches).Select(i => (From: (double)i / stretches, To: (i + 1.0) / stretches))
                .Select(share => Importance(
                    FormattableString.Invariant($"{100 * share.From:0.#}-{100 * share.To:0.#} %"),
                    new(0, set.Features, share.From, share.To)))]);
    }
}

/// <summary>How much the metric falls when a part of the sequences is exchanged.</summary>
/// <param name="Name">The channel, or the stretch of time.</param>
/// <param name="Mean">The mean over the repeats. Near zero where the part does not matter.</param>
/// <param name="StandardDeviation">The standard deviation over the repeats; 0 where there is only one.</param>
public sealed record PartImportance(string Name, double Mean, double StandardDeviation)
{
    internal static PartImportance Of(string name, double[] falls)
    {
        double mean = falls.Average();
        double squares = falls.Sum(fall => (fall - mean) * (fall - mean));
        return new(name, mean, falls.Length == 1 ? 0 : Math.Sqrt(squares / (falls.Length - 1)));
    }
}
