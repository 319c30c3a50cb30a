namespace Microsoft.ML.StateSpace.Tables;

/// <summary>The rows of a table one after the other, with their numbers for messages.</summary>
internal sealed class TableRows(DataViewRowCursor cursor) : IDisposable
{
    private readonly SortedCursor? _sorted = cursor as SortedCursor;

    public DataViewRowCursor Cursor => cursor;

    /// <summary>The place of the current row, counted from 0 in the order in which rows come.</summary>
    public long Place { get; private set; } = -1;

    public bool MoveNext()
    {
        Place++;
        return cursor.MoveNext();
    }

    /// <summary>An error of the current row, which is named by its place in the table as the user has it.</summary>
    public InvalidOperationException Error(string message) => new($"Row {_sorted?.OriginalRow ?? Place}: {message}");

    public void Dispose() => cursor.Dispose();
}
