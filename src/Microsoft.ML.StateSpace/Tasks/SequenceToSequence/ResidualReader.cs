using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Data;

namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>Reads targets, predictions and inputs of all rows, and asks what is left over.</summary>
internal static class ResidualReader
{
    public static ResidualAnalysis Analyze(
        IDataView data, string targetColumnName, string outputColumnName, string? inputColumnName, int lags, int skip)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lags, 1);
        var records = Read(data, targetColumnName, outputColumnName, inputColumnName, skip, out int outputs);
        if (records.Count == 0 || Enumerable.Range(0, outputs).Any(o => records.Sum(record => Known(record, o)) <= lags))
            throw new InvalidOperationException(
                $"After skipping the first {skip} time steps of each row, an output has no more than {lags} with a known target, too "
                + $"few for {lags} lags. Take fewer lags, or more time steps.");
        return ResidualAnalysis.Of(records, lags);
    }

    public static NoiseModel FitNoise(IDataView data, string targetColumnName, string outputColumnName, int skip)
    {
        var records = Read(data, targetColumnName, outputColumnName, null, skip, out _);
        return records.Count > 0 ? NoiseModel.Fit(records)
            : throw new InvalidOperationException(
                $"No row has time steps behind its first {skip}, which are skipped, so no noise model can be fitted. Take longer rows, or "
                + "a smaller skip.");
    }

    /// <summary>Compares predictions some steps ahead with what was measured.</summary>
    public static SequenceToSequenceMetrics Evaluate(
        IDataView data, NoiseModel noise, int steps, string targetColumnName, string outputColumnName, int skip)
    {
        ArgumentNullException.ThrowIfNull(noise);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        var records = Read(data, targetColumnName, outputColumnName, null, 0, out int outputs);
        if (outputs != noise.Coefficients.Count)
            throw new InvalidOperationException(
                $"Column '{outputColumnName}' holds {outputs} outputs a time step, but the noise model was fitted to "
                + $"{noise.Coefficients.Count}. Fit it to the answers of this model, with FitNoiseModel.");
        var channels = new ValueErrors[outputs];
        foreach (var record in records)
        {
            double[,] predictions = noise.Predict(record, steps);
            for (int t = skip; t < predictions.GetLength(0); t++)
                for (int output = 0; output < outputs; output++)
                    channels[output].Add((float)record.Targets[t, output], (float)predictions[t, output]);
        }
        return SequenceToSequenceEvaluator.Metrics(channels, skip);
    }

    private static List<ResponseRecord> Read(
        IDataView data, string targetColumnName, string outputColumnName, string? inputColumnName, int skip, out int outputs)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        var output = ColumnCheck.Find(data.Schema, outputColumnName);
        var target = ColumnCheck.Find(data.Schema, targetColumnName);
        outputs = Reals(output, null).Channels;
        Reals(target, outputs);
        DataViewSchema.Column? input = inputColumnName is null ? null : ColumnCheck.Find(data.Schema, inputColumnName);
        if (input is { } column)
            Reals(column, null);
        using var cursor = data.GetRowCursor(input is { } read ? [output, target, read] : [output, target]);
        var readOutput = RowReaders.Vector(cursor, output);
        var readTarget = RowReaders.Vector(cursor, target);
        var readInput = input is { } used ? RowReaders.Vector(cursor, used) : null;
        float[] values = [];
        var records = new List<ResponseRecord>();
        int inputs = -1;
        for (long row = 0; cursor.MoveNext(); row++)
        {
            int count = readTarget(ref values), steps = count / outputs;
            double[,] targets = Steps(values, steps, outputs, skip);
            if (readOutput(ref values) is var outputCount && outputCount != count)
                throw new InvalidOperationException(
                    $"Row {row}: column '{outputColumnName}' holds {outputCount} values, column '{targetColumnName}' {count}. "
                    + "Both must hold the same time steps and outputs.");
            double[,] predictions = Steps(values, steps, outputs, skip);
            int inputCount = readInput is null ? 0 : readInput(ref values);
            if (steps > 0 && inputs < 0)
                inputs = inputCount / steps;
            if (inputCount != Math.Max(inputs, 0) * steps || readInput is not null && steps > 0 && inputs == 0)
                throw new InvalidOperationException(
                    $"Row {row}: column '{inputColumnName}' holds {inputCount} values, which are not as many for each of the {steps} time "
                    + $"steps of column '{targetColumnName}' as in the rows before. Give both columns the same time steps, or set "
                    + "inputColumnName to null, which leaves out the inputs.");
            if (steps > skip)
                records.Add(new(targets, predictions, Steps(values, steps, Math.Max(inputs, 0), skip)));
        }
        return records;
    }

    private static SequenceColumn Reals(DataViewSchema.Column column, int? channels)
    {
        var sequence = SequenceColumn.Of(column, channels, option: null);
        if (sequence.Vocabulary > 0)
            throw new InvalidOperationException(
                $"Column '{column.Name}' holds tokens, which have no correlation. Name columns of real channels; for a model of tokens set "
                + "inputColumnName to null.");
        return sequence;
    }

    private static double[,] Steps(float[] values, int steps, int channels, int skip)
    {
        var kept = new double[Math.Max(steps - skip, 0), channels];
        for (int t = skip; t < steps; t++)
            for (int c = 0; c < channels; c++)
                kept[t - skip, c] = values[t * channels + c];
        return kept;
    }

    private static int Known(ResponseRecord record, int output)
        => Enumerable.Range(0, record.Targets.GetLength(0)).Count(t => !double.IsNaN(record.Targets[t, output]));
}
