using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>
/// Reads the rows of a data view as sequences for training. A row that cannot be trained on is refused with a message that names the row
/// and the column.
/// </summary>
internal static class SequenceReader
{
    /// <summary>Reads sequences with one class each.</summary>
    public static SequenceSet ReadClasses(IDataView data, SequenceColumn input, string labelColumn)
    {
        var features = ColumnCheck.Find(data.Schema, input.Name);
        var label = ColumnCheck.Find(data.Schema, labelColumn);
        var set = new SequenceSet(input.Channels, targets: 0, input.IntervalColumnName is not null);
        var intervals = IntervalColumn.In(data.Schema, input);
        using var cursor = data.GetRowCursor(Needed(features, label, intervals));
        var read = RowReaders.Vector(cursor, features);
        var readIntervals = IntervalReader(cursor, input, intervals);
        var readClass = RowReaders.Class(cursor, label);
        float[] buffer = [];
        for (long row = 0; cursor.MoveNext(); row++)
        {
            int count = read(ref buffer);
            CheckSequence(buffer.AsSpan(0, count), input, row);
            int answer = readClass();
            if (answer < 0)
            {
                throw new InvalidOperationException(
                    $"Row {row}: column '{labelColumn}' has no class (it holds the missing key). Drop such rows with "
                    + $"mlContext.Data.FilterRowsByMissingValues(data, \"{labelColumn}\"), or make the keys from all labels that occur.");
            }
            set.Add(buffer[..count], answer, readIntervals(count / input.Channels, row));
        }
        CheckCount(set, input);
        return set;
    }

    /// <summary>Reads sequences with a vector of targets for every time step.</summary>
    public static SequenceSet ReadTargets(IDataView data, SequenceColumn input, SequenceColumn target)
    {
        var features = ColumnCheck.Find(data.Schema, input.Name);
        var targets = ColumnCheck.Find(data.Schema, target.Name);
        var set = new SequenceSet(input.Channels, target.Channels, input.IntervalColumnName is not null);
        var intervals = IntervalColumn.In(data.Schema, input);
        using var cursor = data.GetRowCursor(Needed(features, targets, intervals));
        var read = RowReaders.Vector(cursor, features);
        var readIntervals = IntervalReader(cursor, input, intervals);
        var readTargets = RowReaders.Vector(cursor, targets);
        float[] buffer = [], targetBuffer = [];
        for (long row = 0; cursor.MoveNext(); row++)
        {
            int count = read(ref buffer);
            CheckSequence(buffer.AsSpan(0, count), input, row);
            int targetCount = readTargets(ref targetBuffer);
            int needed = count / input.Channels * target.Channels;
            if (targetCount != needed)
            {
                throw new InvalidOperationException(
                    $"Row {row}: column '{input.Name}' has {count / input.Channels} time steps, "
                    + $"so column '{target.Name}' must hold {target.Channels} values for each, {needed} in all, but holds {targetCount}. "
                    + "Set Channels and Outputs to the numbers of values a time step in the two columns.");
            }
            CheckFinite(targetBuffer.AsSpan(0, targetCount), target, row);
            set.Add(buffer[..count], targetBuffer[..targetCount], readIntervals(count / input.Channels, row));
        }
        CheckCount(set, input);
        return set;
    }

    private static IEnumerable<DataViewSchema.Column> Needed(
        DataViewSchema.Column input, DataViewSchema.Column answer, DataViewSchema.Column? intervals)
        => intervals is { } column ? [input, answer, column] : [input, answer];

    // Makes a function that returns the intervals of the current row. It takes the number of time steps and the row, which it uses to check
    // them.
    private static Func<int, long, float[]?> IntervalReader(DataViewRow cursor, SequenceColumn input, DataViewSchema.Column? intervals)
    {
        if (intervals is not { } column)
            return (_, _) => null;
        var read = RowReaders.Vector(cursor, column);
        float[] buffer = [];
        return (steps, row) =>
        {
            int count = read(ref buffer);
            IntervalColumn.CheckValues(buffer.AsSpan(0, count), steps, input, row);
            return buffer[..count];
        };
    }

    private static void CheckSequence(ReadOnlySpan<float> values, SequenceColumn input, long row)
    {
        if (values.IsEmpty)
            throw new InvalidOperationException(
                $"Row {row}: column '{input.Name}' holds an empty sequence. Every training row needs at least one time step; "
                + "drop the empty ones with mlContext.Data.FilterByCustomPredicate.");
        CheckDivides(values.Length, input, row);
        CheckFinite(values, input, row);
    }

    /// <summary>Requires that a vector is a whole number of time steps.</summary>
    public static void CheckDivides(int count, SequenceColumn input, long row)
    {
        if (count % input.Channels != 0)
        {
            throw new InvalidOperationException(
                $"Row {row}: column '{input.Name}' holds {count} values, which is no whole number of time steps of {input.Channels} "
                + "channels. Give it whole time steps, or, in training, set Channels to the number of values a time step.");
        }
    }

    private static void CheckFinite(ReadOnlySpan<float> values, SequenceColumn column, long row)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new InvalidOperationException(
                    $"Row {row}: column '{column.Name}' has {(float.IsNaN(values[i]) ? "a missing value (NaN)" : "an infinite value")} at "
                    + $"time step {i / column.Channels}, channel {i % column.Channels}. "
                    + (float.IsNaN(values[i])
                        ? $"Fill such values first, for instance with mlContext.Transforms.ReplaceMissingValues(\"{column.Name}\"), "
                            + $"or drop the row with mlContext.Data.FilterRowsByMissingValues(data, \"{column.Name}\")."
                        : "Replace such values first, for instance with mlContext.Transforms.CustomMapping, "
                            + "or drop the row with mlContext.Data.FilterByCustomPredicate."));
            }
        }
    }

    private static void CheckCount(SequenceSet set, SequenceColumn input)
    {
        if (set.Count == 0)
            throw new InvalidOperationException(
                $"The data have no rows, so there is nothing to train on in column '{input.Name}'. "
                + "Check the path of the file and the filters before this step.");
    }

    /// <summary>Requires that the rows belong to at least two classes.</summary>
    public static void CheckClasses(SequenceSet set, string labelColumn)
    {
        for (int i = 1; i < set.Count; i++)
        {
            if (set.Label(i) != set.Label(0))
                return;
        }
        throw new InvalidOperationException(
            $"All {set.Count} rows have the same class in column '{labelColumn}'. A classifier needs rows of at least two classes.");
    }
}
