using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>The first rows of each series of a table that is in order: what has been, at some moment.</summary>
/// <param name="table">The table, its rows in order.</param>
/// <param name="series">All rows of each series, and how many of them are there.</param>
internal sealed class SeriesHeads(IDataView table, IReadOnlyList<(int All, int Kept)> series) : IDataView
{
    public DataViewSchema Schema => table.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => series.Sum(rows => (long)rows.Kept);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(table.GetRowCursor(columnsNeeded), series);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor rows, IReadOnlyList<(int All, int Kept)> series) : DataViewRowCursor
    {
        private int _series, _place = -1;
        private long _position = -1;

        public override DataViewSchema Schema => rows.Schema;

        public override long Position => _position;

        public override long Batch => rows.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => rows.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => rows.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => rows.GetGetter<TValue>(column);

        public override bool MoveNext()
        {
            while (rows.MoveNext())
            {
                _place++;
                while (_place == series[_series].All)
                    (_series, _place) = (_series + 1, 0);
                if (_place >= series[_series].Kept)
                    continue;
                _position++;
                return true;
            }
            _position = -1;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rows.Dispose();
            base.Dispose(disposing);
        }
    }
}
