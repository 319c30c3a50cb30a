// Stands for the filters of Microsoft.ML.Data (FilterBase, SkipTakeFilter, RangeFilter, NAFilter; internal there too).
namespace Microsoft.ML.Data;

/// <summary>Rows of a source, in its order, chosen one by one. Never shuffles, because which rows are chosen may depend on their place.</summary>
internal sealed class RowFilterView : IDataView
{
    private readonly IDataView _source;
    private readonly DataViewSchema.Column[] _inputs;
    private readonly Func<DataViewRow, Func<Choice>> _makeChooser;
    private readonly long? _rowCount;

    /// <param name="source">The rows to choose from.</param>
    /// <param name="inputs">The columns that the chooser reads.</param>
    /// <param name="makeChooser">Makes the function that is called once for every row of a new cursor.</param>
    /// <param name="rowCount">The number of chosen rows, if it is known.</param>
    internal RowFilterView(IDataView source, DataViewSchema.Column[] inputs, Func<DataViewRow, Func<Choice>> makeChooser, long? rowCount = null)
    {
        _source = source;
        _inputs = inputs;
        _makeChooser = makeChooser;
        _rowCount = rowCount;
    }

    internal enum Choice
    {
        Drop,
        Keep,
        Stop
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema => _source.Schema;

    public long? GetRowCount() => _rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = columnsNeeded.Select(c => c.Index).ToHashSet();
        var input = _source.GetRowCursor(Schema.Where(c => active.Contains(c.Index) || _inputs.Any(i => i.Index == c.Index)));
        return new Cursor(input, active, _makeChooser(input));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, HashSet<int> active, Func<Choice> choose) : DataViewRowCursor
    {
        private long _position = -1;
        private bool _ended;

        public override long Position => _position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => input.Schema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(column);

        public override bool MoveNext()
        {
            while (!_ended)
            {
                var choice = input.MoveNext() ? choose() : Choice.Stop;
                if (choice == Choice.Keep)
                {
                    _position++;
                    return true;
                }
                _ended = choice == Choice.Stop;
            }
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
