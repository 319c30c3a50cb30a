using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>A table in order, without the last rows of each series.</summary>
/// <param name="table">The table.</param>
/// <param name="lengths">The rows of each series.</param>
/// <param name="heldOut">How many rows of each are left out.</param>
internal sealed class HeldOutView(IDataView table, IReadOnlyList<int> lengths, int heldOut) : IDataView
{
    public DataViewSchema Schema => table.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => lengths.Sum(length => Math.Max(0L, length - heldOut));

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(table.GetRowCursor(columnsNeeded), lengths, heldOut);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor source, IReadOnlyList<int> lengths, int heldOut) : DataViewRowCursor
    {
        private long _position = -1;
        private int _series = -1, _left;

        public override DataViewSchema Schema => source.Schema;

        public override long Position => _position;

        public override long Batch => source.Batch;

        public override bool MoveNext()
        {
            while (source.MoveNext())
            {
                if (_left == 0)
                    _left = lengths[++_series];
                if (_left-- <= heldOut)
                    continue;
                _position++;
                return true;
            }
            _position = -1;
            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => source.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => source.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }
    }
}
