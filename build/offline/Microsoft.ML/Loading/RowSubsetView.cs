// Stands for the row filters of Microsoft.ML.Data: SkipTakeFilter and RangeFilter (internal there too).
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Some of the rows of a view, in its order. A row keeps its id and gets a new position.</summary>
internal sealed class RowSubsetView : IDataView
{
    private readonly IDataView _source;
    private readonly Func<long?> _count;
    private readonly Func<DataViewRowCursor, Func<Verdict>> _makeJudge;
    private readonly DataViewSchema.Column[] _judged;

    internal RowSubsetView(IDataView source, Func<long?> count, Func<DataViewRowCursor, Func<Verdict>> makeJudge, params DataViewSchema.Column[] judged)
    {
        _source = source;
        _count = count;
        _makeJudge = makeJudge;
        _judged = judged;
    }

    internal enum Verdict
    {
        Keep,
        Drop,
        Stop
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema => _source.Schema;

    public long? GetRowCount() => _count();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(_source.GetRowCursor(columnsNeeded.Concat(_judged).DistinctBy(c => c.Index)), columnsNeeded, _makeJudge);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(
        DataViewRowCursor input, IEnumerable<DataViewSchema.Column> columnsNeeded, Func<DataViewRowCursor, Func<Verdict>> makeJudge) : DataViewRowCursor
    {
        private readonly HashSet<int> _active = [.. columnsNeeded.Select(c => c.Index)];
        private readonly Func<Verdict> _judge = makeJudge(input);
        private long _position = -1;
        private bool _done;

        public override DataViewSchema Schema => input.Schema;

        public override long Position => _position;

        public override long Batch => input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => IsColumnActive(column)
            ? input.GetGetter<TValue>(column) : throw new ArgumentOutOfRangeException(nameof(column), "requested column not active");

        public override bool MoveNext()
        {
            while (!_done && input.MoveNext())
            {
                var verdict = _judge();
                if (verdict == Verdict.Stop)
                    break;
                if (verdict == Verdict.Keep)
                {
                    _position++;
                    return true;
                }
            }
            _done = true;
            _position = -1;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
