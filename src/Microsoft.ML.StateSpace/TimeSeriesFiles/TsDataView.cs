using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>
/// The series of a file in memory, as a data view. It has the column <c>Features</c> and, if the file has labels, the column <c>Label</c>.
/// </summary>
internal sealed class TsDataView(DataViewSchema schema, TsSeries[] series, TsHeader header) : IDataView
{
    public DataViewSchema Schema { get; } = schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => series.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        int[] order = [.. Enumerable.Range(0, series.Length)];
        rand?.Shuffle(order);
        return new Cursor(this, [.. columnsNeeded.Select(c => c.Index)], order);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private Delegate Getter(int column, Func<TsSeries> current)
        => column == 0
            ? (ValueGetter<VBuffer<float>>)(
                (ref VBuffer<float> values) => VBuffer<float>.Copy(current().Values, 0, ref values, current().Values.Length))
            : header.Classes is not null ? (ValueGetter<uint>)((ref uint label) => label = current().Class)
            : (ValueGetter<float>)((ref float target) => target = current().Target);

    private sealed class Cursor(TsDataView view, HashSet<int> columns, int[] order) : DataViewRowCursor
    {
        private int _index = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _index < order.Length ? _index : -1;

        public override long Batch => 0;

        public override bool MoveNext() => _index < order.Length && ++_index < order.Length;

        public override bool IsColumnActive(DataViewSchema.Column column) => columns.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)Row(), 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            bool[] active = [.. view.Schema.Select(c => columns.Contains(c.Index))];
            GetterCheck.Active(active, column);
            return GetterCheck.Typed<TValue>(view.Getter(column.Index, () => view.Series(Row())), column);
        }

        private int Row()
            => Position >= 0
                ? order[_index]
                : throw new InvalidOperationException("The cursor stands on no row: MoveNext has not been called, or has returned false.");
    }

    private TsSeries Series(int row) => series[row];
}
