using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>Compares a column of predicted sequences with a column of true ones.</summary>
internal static class SequenceToSequenceEvaluator
{
    public static SequenceToSequenceMetrics Evaluate(IDataView data, string targetColumnName, string outputColumnName, int skip)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        var output = SequenceColumn.Of(ColumnCheck.Find(data.Schema, outputColumnName), null, option: null);
        var target = ColumnCheck.Find(data.Schema, targetColumnName);
        SequenceColumn.Of(target, output.Channels, option: null);
        using var cursor = data.GetRowCursor([data.Schema[outputColumnName], target]);
        var readOutput = RowReaders.Vector(cursor, data.Schema[outputColumnName]);
        var readTarget = RowReaders.Vector(cursor, target);
        var channels = new ValueErrors[output.Channels];
        float[] outputs = [], targets = [];
        for (long row = 0; cursor.MoveNext(); row++)
        {
            int count = readOutput(ref outputs);
            if (readTarget(ref targets) is var targetCount && targetCount != count)
                throw new InvalidOperationException(
                    $"Row {row}: column '{outputColumnName}' holds {count} values, column '{targetColumnName}' {targetCount}. "
                    + "Both must hold the same time steps and outputs.");
            for (int i = (int)Math.Min((long)skip * channels.Length, count); i < count; i++)
                channels[i % channels.Length].Add(targets[i], outputs[i]);
        }
        return Metrics(channels, skip);
    }

    /// <summary>The metrics of what was compared behind the steps that were skipped.</summary>
    public static SequenceToSequenceMetrics Metrics(ValueErrors[] channels, int skip)
    {
        if (channels.Any(channel => channel.Count == 0))
            throw new InvalidOperationException(
                $"No time step of the data with a known target is left to evaluate after skipping the first {skip} of each row.");
        return new(
        [
            .. channels.Select(c => new SequenceToSequenceChannelMetrics(c.RootMeanSquared, c.Normalized(), c.MeanAbsolute)
            {
                IsConstant = c.IsConstant(),
                VarianceAccountedFor = 100 * (1 - c.NormalizedVariance()),
            }),
        ]);
    }
}
