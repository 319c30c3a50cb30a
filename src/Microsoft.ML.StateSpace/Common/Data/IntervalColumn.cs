using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>
/// The column with time intervals, for sequences whose time steps are not equally far apart. It holds one positive number for each time
/// step: the time since the previous one.
/// </summary>
internal static class IntervalColumn
{
    private const string Expected = "a vector of Single, one time interval for each time step";

    /// <summary>Checks what can be known about the column before there is data. Having no such column is allowed.</summary>
    public static void Check(SchemaShape shape, string? name)
    {
        if (name is null)
            return;
        var column = ColumnCheck.Find(shape, name);
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar || column.IsKey || !column.ItemType.Equals(NumberDataViewType.Single))
            throw ColumnCheck.WrongType(
                name, ColumnCheck.Describe(column), Expected,
                column.Kind == SchemaShape.Column.VectorKind.Scalar ? ColumnCheck.MakeVector(name, column.ItemType)
                    : ColumnCheck.MakeSingle(name, column.ItemType, column.IsKey));
    }

    /// <summary>Finds the interval column of a sequence. Returns <see langword="null"/> if time steps are equally far apart.</summary>
    public static DataViewSchema.Column? In(DataViewSchema schema, SequenceColumn input)
    {
        if (input.IntervalColumnName is not { } name)
            return null;
        var column = ColumnCheck.Find(schema, name);
        if (column.Type is not VectorDataViewType intervals || !intervals.ItemType.Equals(NumberDataViewType.Single))
            throw ColumnCheck.WrongType(name, $"{column.Type}", Expected);
        int steps = ((VectorDataViewType)ColumnCheck.Find(schema, input.Name).Type).Size / input.Channels;
        if (steps > 0 && intervals.Size > 0 && steps != intervals.Size)
            throw new InvalidOperationException(
                $"Column '{input.Name}' has {steps} time steps, so column '{name}' must hold as many time intervals, "
                + $"but holds {intervals.Size}.");
        return column;
    }

    /// <summary>
    /// Requires one positive number for each time step. Where <paramref name="mayMiss"/>, an interval may be missing (NaN), as a value of
    /// the input may: the answer is then missing, too.
    /// </summary>
    public static void CheckValues(ReadOnlySpan<float> intervals, int steps, SequenceColumn input, long row, bool mayMiss = false)
    {
        if (intervals.Length != steps)
        {
            throw new InvalidOperationException(
                $"Row {row}: column '{input.Name}' has {steps} time steps, so column '{input.IntervalColumnName}' must hold {steps} time "
                + $"intervals, one for each, but holds {intervals.Length}.");
        }
        for (int i = 0; i < steps; i++)
        {
            if (!IsInterval(intervals[i]) && !(mayMiss && float.IsNaN(intervals[i])))
            {
                throw new InvalidOperationException(
                    $"Row {row}: column '{input.IntervalColumnName}' has "
                    + $"{(float.IsNaN(intervals[i]) ? "a missing value (NaN)" : $"{intervals[i]}")} at time step {i}. {Rule} "
                    + "Merge time steps that have the same time, and put the rows in the order of time.");
            }
        }
    }

    /// <summary>The requirement on a time interval, for messages.</summary>
    public const string Rule =
        "A time interval must be a positive number: the time since the step before, in units of the usual one; the first step takes 1.";

    public static bool IsInterval(float interval) => interval > 0 && float.IsFinite(interval);
}
