using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>A table of any number of rows that are made as they are read, so that reading it costs as little as can be.</summary>
internal sealed class MadeTable : IDataView
{
    private readonly int _rows, _rowsOfGroup;

    public MadeTable(int rows, int rowsOfGroup)
    {
        _rows = rows;
        _rowsOfGroup = rowsOfGroup;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Group", TextDataViewType.Instance);
        builder.AddColumn("Time", DateTimeDataViewType.Instance);
        foreach (string name in (string[])["A", "B", "C", "D"])
            builder.AddColumn(name, NumberDataViewType.Single);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [new Cursor(this)];

    private sealed class Cursor(MadeTable table) : DataViewRowCursor
    {
        private static readonly DateTime Start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

        private readonly ReadOnlyMemory<char>[] _groups
            = [.. Enumerable.Range(0, table._rows / table._rowsOfGroup + 1).Select(group => $"machine {group}".AsMemory())];

        private int _row = -1, _group, _place = -1;

        public override DataViewSchema Schema => table.Schema;

        public override long Position => _row;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => (ValueGetter<TValue>)Getter(column.Name);

        private Delegate Getter(string column) => column switch
        {
            "Group" => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = _groups[_group]),
            "Time" => (ValueGetter<DateTime>)((ref DateTime value) => value = Start.AddTicks(_place * 10_000L)),
            "A" => (ValueGetter<float>)((ref float value) => value = _row & 15),
            "B" => (ValueGetter<float>)((ref float value) => value = _row & 7),
            "C" => (ValueGetter<float>)((ref float value) => value = _place),
            _ => (ValueGetter<float>)((ref float value) => value = _row & 31),
        };

        public override bool MoveNext()
        {
            if (++_place == table._rowsOfGroup)
            {
                _place = 0;
                _group++;
            }
            return ++_row < table._rows;
        }
    }
}
