using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>
/// Reads the rows of a data view as sequences for training. A row that cannot be trained on is refused with a message that names the row
/// and the column.
/// </summary>
internal static class SequenceReader
{
    /// <summary>Reads sequences with their targets.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="input">The column with the sequences.</param>
    /// <param name="target">The column with the targets.</param>
    /// <param name="allowsMissing">Whether a value of a sequence may be missing (NaN).</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static SequenceSet Read(
        IDataView data, SequenceColumn input, TargetColumn target, bool allowsMissing = false, CancellationToken cancellation = default)
    {
        var features = ColumnCheck.Find(data.Schema, input.Name);
        var answer = ColumnCheck.Find(data.Schema, target.Name);
        var set = new SequenceSet(input.Channels, target.Layout, input.IntervalColumnName is not null)
        {
            FeaturesName = $"Column '{input.Name}'", TargetsName = $"Column '{target.Name}'",
        };
        var intervals = IntervalColumn.In(data.Schema, input);
        using var cursor = data.GetRowCursor(Needed(features, answer, intervals));
        var read = RowReaders.Vector(cursor, features);
        var readIntervals = IntervalReader(cursor, input, intervals);
        var add = target.Reader(cursor, answer);
        float[] buffer = [];
        for (long row = 0; cursor.MoveNext(); row++)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = read(ref buffer);
            CheckSequence(buffer.AsSpan(0, count), input, allowsMissing, row);
            add(set, buffer[..count], readIntervals(count / input.Channels, row), row);
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

    private static void CheckSequence(ReadOnlySpan<float> values, SequenceColumn input, bool allowsMissing, long row)
    {
        if (values.IsEmpty)
            throw new InvalidOperationException(
                $"Row {row}: column '{input.Name}' holds an empty sequence. Every training row needs at least one time step; "
                + "drop the empty ones with mlContext.Data.FilterByCustomPredicate.");
        CheckDivides(values.Length, input, row);
        CheckFinite(values, input.Name, input.Channels, row, allowsMissing);
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

    /// <summary>Requires that all values of some rows of <paramref name="width"/> are numbers, or missing where that is allowed.</summary>
    public static void CheckFinite(ReadOnlySpan<float> values, string column, int width, long row, bool allowsMissing)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]) && !(allowsMissing && float.IsNaN(values[i])))
            {
                throw new InvalidOperationException(
                    $"Row {row}: column '{column}' has {(float.IsNaN(values[i]) ? "a missing value (NaN)" : "an infinite value")} at "
                    + $"time step {i / width}, channel {i % width}. "
                    + (float.IsNaN(values[i])
                        ? $"Fill such values first, for instance with mlContext.Transforms.ReplaceMissingValues(\"{column}\"), "
                            + $"or drop the row with mlContext.Data.FilterRowsByMissingValues(data, \"{column}\")."
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
}
