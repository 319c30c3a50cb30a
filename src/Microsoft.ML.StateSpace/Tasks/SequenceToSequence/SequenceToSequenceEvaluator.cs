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
        var channels = new Channel[output.Channels];
        float[] outputs = [], targets = [];
        for (long row = 0; cursor.MoveNext(); row++)
        {
            int count = readOutput(ref outputs);
            if (readTarget(ref targets) is var targetCount && targetCount != count)
                throw new InvalidOperationException(
                    $"Row {row}: column '{outputColumnName}' holds {count} values, column '{targetColumnName}' {targetCount}. "
                    + "Both must hold the same time steps and outputs.");
            for (int i = skip * channels.Length; i < count; i++)
                channels[i % channels.Length].Add(targets[i], outputs[i]);
        }
        if (channels[0].Count == 0)
            throw new InvalidOperationException(
                $"No time step of the data is left to evaluate after skipping the first {skip} of each row.");
        return new([.. channels.Select(c => c.Metrics())]);
    }

    /// <summary>The sums over the time steps of one output. Mean and variance of the target are computed by Welford's recurrence.</summary>
    private struct Channel
    {
        private double _mean;
        private double _squaredDeviation;
        private double _squaredError;
        private double _absoluteError;

        public long Count { get; private set; }

        public void Add(double target, double output)
        {
            Count++;
            double deviation = target - _mean;
            _mean += deviation / Count;
            _squaredDeviation += deviation * (target - _mean);
            _squaredError += (target - output) * (target - output);
            _absoluteError += Math.Abs(target - output);
        }

        public readonly SequenceToSequenceChannelMetrics Metrics()
            => new(Math.Sqrt(_squaredError / Count), Math.Sqrt(_squaredError / _squaredDeviation), _absoluteError / Count);
    }
}
