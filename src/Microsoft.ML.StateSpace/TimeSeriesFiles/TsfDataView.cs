using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace.TimeSeriesFiles;

/// <summary>
/// The series of a file in memory, as a long table: a row a value, series after series. It has the attributes of the series, the place of
/// the value in its series (<c>Index</c>), its time (<c>Time</c>) where the file says it, and the value (<c>Value</c>).
/// </summary>
internal sealed class TsfDataView : IDataView
{
    private readonly TsfSeries[] _series;
    private readonly TsfStep? _step;
    private readonly int _attributes;
    private readonly int _start = -1;

    public TsfDataView(TsfHeader header, TsfSeries[] series)
    {
        (_series, _attributes) = (series, header.Attributes.Count);
        var builder = new DataViewSchema.Builder();
        for (int i = 0; i < _attributes; i++)
        {
            var attribute = header.Attributes[i];
            builder.AddColumn(attribute.Name, attribute.Type);
            if (attribute.Name == TsfHeader.Start && attribute.Type is DateTimeDataViewType && header.Step is not null)
                (_start, _step) = (i, header.Step);
        }
        builder.AddColumn(TsfFile.Index, NumberDataViewType.Int32);
        if (_step is not null)
            builder.AddColumn(TsfFile.Time, DateTimeDataViewType.Instance);
        builder.AddColumn(TsfFile.Value, NumberDataViewType.Single);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _series.Sum(series => (long)series.Values.Length);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(this, [.. columnsNeeded.Select(column => column.Index)]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(TsfDataView view, HashSet<int> columns) : DataViewRowCursor
    {
        private int _at = -1; // series
        private int _index = -1; // value of the series
        private long _position = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (_at == view._series.Length)
                return false;
            _index++;
            while (_at < 0 || _index == view._series[_at].Values.Length)
            {
                _index = 0;
                if (++_at < view._series.Length)
                    continue;
                _position = -1;
                return false;
            }
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => columns.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)Stand()._position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            GetterCheck.Active([.. view.Schema.Select(c => columns.Contains(c.Index))], column);
            return GetterCheck.Typed<TValue>(Getter(column), column);
        }

        private Delegate Getter(DataViewSchema.Column column) => column.Name switch
        {
            TsfFile.Value => (ValueGetter<float>)((ref float value) => value = Stand().Series.Values[_index]),
            TsfFile.Index => (ValueGetter<int>)((ref int index) => index = Stand()._index),
            TsfFile.Time => (ValueGetter<DateTime>)((ref DateTime time) => time = Stand().TimeOfRow),
            _ when column.Type is TextDataViewType => Attribute<ReadOnlyMemory<char>>(column.Index),
            _ when column.Type is DateTimeDataViewType => Attribute<DateTime>(column.Index),
            _ => Attribute<float>(column.Index),
        };

        private ValueGetter<T> Attribute<T>(int index) => (ref T value) => value = (T)Stand().Series.Attributes[index];

        private TsfSeries Series => view._series[_at];

        // ML.NET's missing date is the first one of all; a series that has it has no times.
        private DateTime TimeOfRow
            => Series.Attributes[view._start] is DateTime start && start != default ? view._step!.Value.After(start, _index) : default;

        private Cursor Stand()
            => _position >= 0
                ? this
                : throw new InvalidOperationException("The cursor stands on no row: MoveNext has not been called, or has returned false.");
    }
}
