namespace Microsoft.ML.StateSpace.Tables;

/// <summary>
/// A table with its rows in order: groups in the order of their first rows, the rows of a group by time, rows of equal time as they came.
/// Each cursor reads the columns that it needs into memory.
/// </summary>
internal sealed class SortedTable(IDataView table, DataViewSchema.Column? group, DataViewSchema.Column? order) : IDataView
{
    public DataViewSchema Schema => table.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => table.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = ActiveColumns.Of(Schema, columnsNeeded);
        var columns = Schema.Where(c => active[c.Index] || c.Index == group?.Index || c.Index == order?.Index);
        using var rows = new TableRows(table.GetRowCursor(columns));
        var groups = group is { } groupColumn ? GroupColumn.Of(rows.Cursor, groupColumn) : null;
        var time = order is { } orderColumn ? RowTime.Of(rows.Cursor, orderColumn) : null;
        var kept = Schema.Select(c => active[c.Index] ? StoredColumn.Of(rows.Cursor, c) : null).ToArray();
        var places = new List<(int Group, ulong Time, int Row)>();
        int current = 0;
        while (rows.MoveNext())
        {
            if (places.Count == Array.MaxLength)
                throw rows.Error("the table has more rows than SortsRows can take into memory.");
            if (groups is not null && (!groups.Continues() || places.Count == 0))
                current = groups.Begin();
            places.Add((current, time?.Read() ?? 0, places.Count));
            foreach (var column in kept)
                column?.Keep();
        }
        places.Sort();
        return new SortedCursor(Schema, active, kept, [.. places.Select(place => place.Row)]);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];
}
