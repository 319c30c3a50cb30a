using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// A long table that is nowhere in memory: machines one after the other, and of each so many rows with four sensors and a label, whose
/// values follow from the place of the row.
/// </summary>
internal sealed class GeneratedTable : IDataView
{
    public const int Sensors = 4;

    private readonly long _machines;
    private readonly long _rowsOfMachine;

    public GeneratedTable(long machines, long rowsOfMachine)
    {
        (_machines, _rowsOfMachine) = (machines, rowsOfMachine);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Machine", NumberDataViewType.Int64);
        for (int i = 0; i < Sensors; i++)
            builder.AddColumn($"Sensor{i}", NumberDataViewType.Single);
        builder.AddColumn("Label", NumberDataViewType.Single);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _machines * _rowsOfMachine;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(GeneratedTable table) : DataViewRowCursor
    {
        private readonly long _rows = table._machines * table._rowsOfMachine;
        private long _row = -1;
        private long _machine;
        private long _rowOfMachine = -1;

        public override DataViewSchema Schema => table.Schema;

        public override long Position => _row;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (++_rowOfMachine == table._rowsOfMachine)
                (_machine, _rowOfMachine) = (_machine + 1, 0);
            return ++_row < _rows;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_row, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            int index = column.Index;
            Delegate getter = index == 0
                ? (ValueGetter<long>)((ref long machine) => machine = _machine)
                : (ValueGetter<float>)((ref float value) => value = (_row * (2 * index + 1) & 1023) * (1f / 1024));
            return (ValueGetter<TValue>)getter;
        }
    }
}
