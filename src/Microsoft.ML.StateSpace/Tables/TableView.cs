namespace Microsoft.ML.StateSpace.Tables;

/// <summary>The sequences of a table. Rows are read, and sequences made, when a cursor asks for them.</summary>
/// <param name="layout">The columns.</param>
/// <param name="table">The table.</param>
internal sealed class TableView(TableLayout layout, IDataView table) : IDataView
{
    private readonly IDataView _rows = layout.Options.SortsRows ? new SortedTable(table, layout.Group, layout.Order) : table;
    private readonly Lock _measuring = new();
    private double? _unit = layout.Options.TimeUnit;

    public DataViewSchema Schema => layout.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = ActiveColumns.Of(Schema, columnsNeeded);
        double unit = layout.Time is { } && active[Schema[layout.Options.IntervalOutputColumnName].Index] ? Unit() : 1;
        return new TableCursor(layout, _rows, active, unit);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    // Measured once, when intervals are first read.
    private double Unit()
    {
        lock (_measuring)
            return _unit ??= UsualStep.Of(layout, table);
    }
}
