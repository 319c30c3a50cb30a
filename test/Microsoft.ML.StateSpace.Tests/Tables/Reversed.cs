using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tests.Tables;

/// <summary>Rows from the last to the first, as a step that shuffles might give them.</summary>
internal sealed class Reversed(IDataView view) : IDataView
{
    public DataViewSchema Schema => view.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => view.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        long rows = 0;
        using (var cursor = view.GetRowCursor([]))
            while (cursor.MoveNext())
                rows++;
        var parts = Enumerable.Range(0, (int)rows).Reverse().Select(
            row => Readings.Ml.Data.TakeRows(row == 0 ? view : Readings.Ml.Data.SkipRows(view, row), 1).GetRowCursor(columnsNeeded));
        return new Cursor(view.Schema, [.. parts]);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewSchema schema, DataViewRowCursor[] parts) : DataViewRowCursor
    {
        private int _part = -1;

        public override DataViewSchema Schema => schema;

        public override long Position => _part;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => parts[0].IsColumnActive(parts[0].Schema[column.Index]);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_part, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<TValue>[] getters = [.. parts.Select(part => part.GetGetter<TValue>(part.Schema[column.Index]))];
            return (ref TValue value) => getters[_part](ref value);
        }

        public override bool MoveNext() => ++_part < parts.Length && parts[_part].MoveNext();
    }
}
