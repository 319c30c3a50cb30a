using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Data;

/// <summary>
/// Reads the rows of a data view as sequences for training. A row that cannot be trained on is refused with a message that names the row
/// and the column.
/// </summary>
internal static class SequenceReader
{
    /// <summary>Reads sequences with their targets into memory.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="input">The column with the sequences.</param>
    /// <param name="target">The column with the targets.</param>
    /// <param name="allowsMissing">Whether a value of a sequence may be missing (NaN).</param>
    public static SequenceSet Read(IDataView data, SequenceColumn input, TargetColumn target, bool allowsMissing = false)
        => (SequenceSet)Read(new ViewRows(data, input, target, allowsMissing), input, long.MaxValue, CancellationToken.None).Data;

    /// <summary>Reads rows into memory, or, where they exceed a budget, once as they go by.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="input">The column with the sequences.</param>
    /// <param name="budget">Bytes that they may take in memory.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static (SequenceSource Data, RowLedger Ledger) Read(
        ViewRows rows, SequenceColumn input, long budget, CancellationToken cancellation)
    {
        var (data, ledger) = SequenceIntake.Read(rows, budget, cancellation);
        if (data.Count == 0)
            throw new InvalidOperationException(
                $"The data have no rows, so there is nothing to train on in column '{input.Name}'. "
                + "Check the path of the file and the filters before this step.");
        return (data, ledger);
    }

    /// <summary>Requires that the values of a row are a sequence that can be trained on.</summary>
    public static void CheckSequence(ReadOnlySpan<float> values, SequenceColumn input, bool allowsMissing, long row)
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
}
