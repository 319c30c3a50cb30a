namespace Microsoft.ML.StateSpace.Tables;

/// <summary>The rows of a table with the predictions that belong to them. Both are read side by side, when a cursor asks for it.</summary>
internal sealed class JoinedView(Joining joining, IDataView predictions, IDataView table) : IDataView
{
    private readonly IDataView _rows = joining.Layout.Options.SortsRows
        ? new SortedTable(table, joining.Layout.Group, joining.Layout.Order) : table;

    public DataViewSchema Schema => joining.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => table.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new JoinedCursor(joining, predictions, _rows, ActiveColumns.Of(Schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];
}
