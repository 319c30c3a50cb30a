namespace Microsoft.ML.StateSpace.Reports;

/// <summary>A table for a <see cref="ReportPage"/>. The first cell of each row is its heading.</summary>
/// <param name="Caption">What it shows.</param>
/// <param name="Columns">The heading of each column, (columns).</param>
/// <param name="Rows">The cells, (rows) (columns).</param>
public sealed record ReportTable(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>How strongly each cell is coloured, from 0 to 1, (rows) (columns); <see langword="null"/> where none is.</summary>
    internal IReadOnlyList<IReadOnlyList<double>>? Shares { get; init; }

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Caption);
        ArgumentNullException.ThrowIfNull(Columns);
        ArgumentNullException.ThrowIfNull(Rows);
        for (int row = 0; row < Rows.Count; row++)
        {
            if (Rows[row].Count != Columns.Count)
                throw new ArgumentException(
                    $"Row {row} of the table '{Caption}' has {Rows[row].Count} cells, but the table has {Columns.Count} columns. Give "
                    + "every row a cell for each column.",
                    nameof(Rows));
        }
    }
}
