// Stands for Microsoft.ML.Data.DataViewConstructionUtils: the view over an enumerable, and the single row of a prediction engine (internal there too).
namespace Microsoft.ML.Data;

internal sealed class EnumerableView<TRow> : IDataView
    where TRow : class
{
    private readonly IEnumerable<TRow> _rows;
    private readonly MemberColumn<TRow>[] _columns;

    internal EnumerableView(IEnumerable<TRow> rows, SchemaDefinition definition)
    {
        _rows = rows;
        _columns = MemberColumn<TRow>.Bind(definition);
        Schema = MemberColumn<TRow>.SchemaOf(_columns);
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => (_rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(EnumerableView<TRow> view, IEnumerable<DataViewSchema.Column> columnsNeeded) : PlainCursor(view.Schema, columnsNeeded)
    {
        private readonly IEnumerator<TRow> _rows = view._rows.GetEnumerator();
        private TRow _current;

        protected override Delegate MakeGetter(int column) => view._columns[column].MakeGetter(() => _current);

        protected override bool MoveNextCore()
        {
            _current = null;
            if (!_rows.MoveNext())
                return false;
            _current = _rows.Current ?? throw new InvalidOperationException("Encountered null when iterating over data, this is not supported.");
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _rows.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>A cursor that counts its rows and gives each the id of its number in the source.</summary>
internal abstract class PlainCursor : DataViewRowCursor
{
    private readonly bool[] _active;
    private readonly Delegate[] _getters;
    private long _position = -1;
    private bool _done;

    protected PlainCursor(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        Schema = schema;
        _active = new bool[schema.Count];
        _getters = new Delegate[schema.Count];
        foreach (var column in columnsNeeded)
            _active[column.Index] = true;
    }

    public sealed override DataViewSchema Schema { get; }

    public sealed override long Position => _position;

    public override long Batch => 0;

    /// <summary>The number of the current row among all rows of the source; one of several cursors of a set sees only some of them.</summary>
    protected virtual long RowNumber => _position;

    public sealed override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public sealed override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        if (_position < 0)
            throw new InvalidOperationException("Cannot call ID getter in current state");
        id = new((ulong)RowNumber, 0);
    };

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if ((uint)column.Index >= (uint)_active.Length || !_active[column.Index])
            throw new ArgumentOutOfRangeException(nameof(column), "requested column not active");
        return (_getters[column.Index] ??= MakeGetter(column.Index)) as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter for column #{column.Name}: {column.Type}: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");
    }

    public sealed override bool MoveNext()
    {
        if (_done)
            return false;
        if (MoveNextCore())
        {
            _position++;
            return true;
        }
        _done = true;
        _position = -1;
        return false;
    }

    protected abstract Delegate MakeGetter(int column);

    protected abstract bool MoveNextCore();
}

/// <summary>One row whose values are replaced from outside.</summary>
internal sealed class EnumerableRow<TRow> : DataViewRow
    where TRow : class
{
    private readonly MemberColumn<TRow>[] _columns;
    private TRow _current;
    private long _position = -1;

    internal EnumerableRow(SchemaDefinition definition)
    {
        _columns = MemberColumn<TRow>.Bind(definition);
        Schema = MemberColumn<TRow>.SchemaOf(_columns);
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        _columns[column.Index].MakeGetter(() => _current) as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter for column #{column.Name}: {column.Type}: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");

    internal void Replace(TRow row)
    {
        ArgumentNullException.ThrowIfNull(row, "example");
        _current = row;
        _position++;
    }
}
