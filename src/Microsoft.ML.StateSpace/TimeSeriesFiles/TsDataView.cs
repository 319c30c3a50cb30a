using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>
/// The series of a file in memory, as a data view. It has the column <c>Features</c>, if the file has labels the column <c>Label</c>, and
/// if it has time stamps the column <c>Intervals</c>, in which <paramref name="unit"/> is 1.
/// </summary>
internal sealed class TsDataView(DataViewSchema schema, TsSeries[] series, TsHeader header, double unit) : IDataView
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
        => Schema[column].Name switch
        {
            "Features" => (ValueGetter<VBuffer<float>>)(
                (ref VBuffer<float> values) => VBuffer<float>.Copy(current().Values, 0, ref values, current().Values.Length)),
            "Intervals" => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> intervals) => Intervals(current().Steps, ref intervals)),
            _ when header.Classes is not null => (ValueGetter<uint>)((ref uint label) => label = current().Class),
            _ => (ValueGetter<float>)((ref float target) => target = current().Target),
        };

    // Nobody knows the time before the first step, so it takes 1.
    private void Intervals(double[] steps, ref VBuffer<float> intervals)
    {
        var editor = VBufferEditor.Create(ref intervals, steps.Length);
        for (int t = 0; t < steps.Length; t++)
            editor.Values[t] = t == 0 ? 1 : (float)(steps[t] / unit);
        intervals = editor.Commit();
    }

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
