using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Stores with a model the mean and standard deviation of every input channel, and of every target, over all time steps of the training
/// sequences; with derived channels the mean sequence too, and theirs.
/// </summary>
internal static class DataStatistics
{
    /// <param name="inputs">What standardises the input channels.</param>
    /// <param name="output">Standardises the targets; <see langword="null"/> where they are classes.</param>
    /// <param name="parameters">The parameters of the model, which receive the statistics.</param>
    /// <param name="data">The training sequences, which are gone through twice, or three times for the mean sequence.</param>
    /// <param name="alongside">Sees all sequences once, on the way: some of them, and the index of the first.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>What a user should know: a line for each column with channels that do not vary.</returns>
    public static IReadOnlyList<string> Store(
        InputStage inputs, Standardize? output, ParameterSet parameters, SequenceSource data, Action<SequenceSet, int>? alongside = null,
        CancellationToken cancellation = default)
    {
        if (inputs is { Standardize: not null, MeanSequence: { } sequence })
            StoreMean(sequence, parameters, data, cancellation);
        var channels = inputs.Standardize is null ? null : new ChannelMoments(inputs.Derived == 0 ? inputs.Standardize.Size : inputs.Width);
        var targets = output is null || data.IsMade ? null : new ChannelMoments(output.Size);
        var packed = new PackedRows(inputs, parameters);
        int first = 0;
        foreach (var part in data.Parts(cancellation))
        {
            for (int i = 0; i < part.Count; i++)
            {
                channels?.AddToMean(packed.Of(part, i));
                targets?.AddToMean(part.TargetsOf(i));
            }
            alongside?.Invoke(part, first);
            first += part.Count;
        }
        channels?.EndMean();
        targets?.EndMean();
        if (channels is not null || targets is not null)
        {
            foreach (var part in data.Parts(cancellation))
            {
                for (int i = 0; i < part.Count; i++)
                {
                    channels?.AddToDeviation(packed.Of(part, i));
                    targets?.AddToDeviation(part.TargetsOf(i));
                }
            }
        }
        channels?.EndDeviation();
        targets?.EndDeviation();
        var lines = new List<string>();
        if (channels is not null && StoreInputs(inputs, parameters, data, channels) is { Count: > 0 } constant)
            lines.Add(
                $"{data.FeaturesName}, {Name("channel", constant)}: all values of the training sequences are the same but for "
                + "rounding, so nothing can be learned from them. Leave out what is constant, or check how the column is filled.");
        if (targets is not null)
        {
            output!.Set(parameters, targets.Mean, targets.Deviation, targets.Largest);
            var same = Constant(targets, output.Size);
            if (same.Count > 0)
                lines.Add(
                    $"{data.TargetsName}, {Name("output", same)}: all targets of the training sequences are the same but for "
                    + "rounding, so the model learns to answer with a constant. Leave out what is constant, or check how the column is "
                    + "filled.");
        }
        return lines;
    }

    // Returns the channels that are constant.
    private static List<int> StoreInputs(InputStage stage, ParameterSet parameters, SequenceSource data, ChannelMoments moments)
    {
        // Where a channel is large and what is derived from it small, that is what rounding has left.
        for (int c = data.Features; c < data.Features + stage.Derived; c++)
        {
            if (stage.HasUnit(c))
                moments.Largest[c] = Math.Max(moments.Largest[c], moments.Largest[c % data.Features]);
        }
        stage.Standardize!.Set(parameters, moments.Mean, moments.Deviation, moments.Largest);
        return Constant(moments, stage.Derived == 0 ? stage.Standardize.Size : data.Features);
    }

    private static List<int> Constant(ChannelMoments moments, int channels)
        => [.. Enumerable.Range(0, channels).Where(c => Standardize.IsConstant(moments.Deviation[c], moments.Largest[c]))];

    // The mean of the measured values at each time step; where nobody measured, the mean of the channel.
    private static void StoreMean(
        Parameter mean, ParameterSet parameters, SequenceSource data, CancellationToken cancellation)
    {
        double[] sum = new double[mean.Length], all = new double[data.Features];
        int[] count = new int[mean.Length];
        long[] measured = new long[data.Features];
        foreach (var part in data.Parts(cancellation))
        {
            for (int i = 0; i < part.Count; i++)
            {
                var values = part.Values(i);
                for (int j = 0; j < Math.Min(sum.Length, values.Length); j++)
                {
                    if (float.IsNaN(values[j]))
                        continue;
                    (sum[j], all[j % data.Features]) = (sum[j] + values[j], all[j % data.Features] + values[j]);
                    count[j]++;
                    measured[j % data.Features]++;
                }
            }
        }
        var stored = mean.Of(parameters.Values);
        for (int j = 0; j < sum.Length; j++)
        {
            int c = j % data.Features;
            stored[j] = (float)(count[j] > 0 ? sum[j] / count[j] : all[c] / Math.Max(1, measured[c]));
        }
    }

    private static string Name(string kind, List<int> channels)
    {
        const int Most = 10;
        string more = channels.Count > Most ? $" and {channels.Count - Most} more" : "";
        return $"{kind}{(channels.Count == 1 ? "" : "s")} {string.Join(", ", channels.Take(Most))}{more}";
    }

    /// <summary>The rows that are standardised: the channels, or with them what the model derives.</summary>
    private sealed class PackedRows(InputStage stage, ParameterSet parameters)
    {
        private readonly float[] _state = new float[stage.StateSize];
        private float[] _rows = [];

        public ReadOnlySpan<float> Of(SequenceSet set, int index)
        {
            if (stage.Derived == 0)
                return set.Values(index);
            int length = set.Length(index) * stage.Width;
            if (_rows.Length < length)
                _rows = new float[length];
            var values = set.Values(index);
            int first = set.Split(index);
            Pack(values[..(first * set.Features)], _rows.AsSpan(0, first * stage.Width));
            if (set.HasPairs)
                Pack(values[(first * set.Features)..], _rows.AsSpan(first * stage.Width, length - first * stage.Width));
            return _rows.AsSpan(0, length);
        }

        private void Pack(ReadOnlySpan<float> sequence, Span<float> rows)
        {
            stage.Begin([], _state);
            stage.Pack(parameters.Values, sequence, 0, rows, _state);
        }
    }
}
