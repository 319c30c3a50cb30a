using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>A part of a sequence: some channels, from one share of its time steps up to another.</summary>
internal readonly record struct SequencePart(int FirstChannel, int EndChannel, double From, double To);

/// <summary>Scores a sequence (length, channels), with its intervals (length) where the model takes them.</summary>
internal delegate void AnswerTo(ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> outputs);

/// <summary>
/// Scores sequences with a part exchanged for that of another sequence. The other one is stretched to the same length: step t of L is taken
/// from step t L' / L of L'. A sequence that stands alone has its part shifted in time, around the end.
/// </summary>
internal sealed class PartExchange(TrainedModel model, SequenceSet set, int seed, AnswerTo answer)
{
    public string MetricName => NewMetric().Name;

    /// <summary>The metric with a part exchanged; the order of the others depends on the seed and on the repeat.</summary>
    public double Metric(SequencePart part, int repeat)
    {
        var random = new Random(seed);
        int[] others = [.. Enumerable.Range(0, set.Count)];
        for (int i = 0; i <= repeat; i++)
            random.Shuffle(others);
        double shift = 0.25 + 0.5 * random.NextDouble();

        var answers = new float[set.Count][];
        Parallel.For(0, set.Count, i =>
        {
            answers[i] = new float[set.Targets.Rows(set.Length(i)) * model.Options.Outputs];
            answer(Exchanged(part, i, others[i], set.Count == 1 ? shift : 0), set.Intervals(i), answers[i]);
        });
        var metric = NewMetric();
        for (int i = 0; i < set.Count; i++)
            metric.Add(answers[i], new TargetRows(set.Classes(i), set.TargetsOf(i)));
        return metric.Value;
    }

    private TaskMetric NewMetric() => TaskMetric.Of(model.Options.Task, model.Options.Outputs);

    private float[] Exchanged(SequencePart part, int index, int otherIndex, double shift)
    {
        float[] values = set.Values(index).ToArray();
        var other = set.Values(otherIndex);
        int length = set.Length(index), otherLength = set.Length(otherIndex), shifted = (int)(shift * length);
        int end = (int)Math.Round(part.To * length);
        for (int t = (int)Math.Round(part.From * length); t < end; t++)
        {
            int source = (int)(((long)t * otherLength / length + shifted) % otherLength);
            for (int channel = part.FirstChannel; channel < part.EndChannel; channel++)
                values[t * set.Features + channel] = other[source * set.Features + channel];
        }
        return values;
    }
}
