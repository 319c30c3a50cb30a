// Stands for Microsoft.ML.Data.CacheDataView (internal there too).
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Keeps columns of its input in memory, each from the first time it is asked for. The input is read once for every new set of columns.</summary>
internal sealed class CacheDataView : IDataView
{
    private readonly IDataView _input;
    private readonly Stored[] _columns;
    private readonly object _lock = new();
    private int _rows = -1;

    private CacheDataView(IDataView input)
    {
        _input = input;
        _columns = new Stored[input.Schema.Count];
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _input.Schema;

    /// <summary>A view that keeps the columns of its input in memory; the named ones are read at once, the others when first asked for.</summary>
    internal static IDataView Create(IHostEnvironment env, IDataView input, string[] columnsToPrefetch)
    {
        var prefetch = columnsToPrefetch.Select(name => input.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException(nameof(columnsToPrefetch), $"Could not find prefetch column '{name}'")).ToArray();
        var cache = new CacheDataView(input);
        if (prefetch.Length > 0)
            cache.Fill(prefetch);
        return cache;
    }

    public long? GetRowCount() => _rows >= 0 ? _rows : _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = columnsNeeded.ToArray();
        Fill(active);
        return new Cursor(this, active, Order(rand), 0);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var active = columnsNeeded.ToArray();
        Fill(active);
        var order = Order(rand);
        n = Math.Clamp(n, 1, Math.Max(_rows, 1));
        return [.. Enumerable.Range(0, n).Select(i => new Cursor(this, active, order[(int)((long)_rows * i / n)..(int)((long)_rows * (i + 1) / n)], i))];
    }

    private int[] Order(Random rand)
    {
        var order = Enumerable.Range(0, _rows).ToArray();
        rand?.Shuffle(order);
        return order;
    }

    private void Fill(IEnumerable<DataViewSchema.Column> columns)
    {
        lock (_lock)
        {
            var missing = columns.Where(c => _columns[c.Index] is null).DistinctBy(c => c.Index).ToArray();
            if (missing.Length == 0 && _rows >= 0)
                return;
            using var cursor = _input.GetRowCursor(missing);
            var stored = missing.Select(c => (Stored)Activator.CreateInstance(typeof(Stored<>).MakeGenericType(c.Type.RawType), cursor, c)).ToArray();
            int rows = 0;
            for (; cursor.MoveNext(); rows++)
            {
                foreach (var column in stored)
                    column.Add();
            }
            foreach (var (column, values) in missing.Zip(stored))
                _columns[column.Index] = values;
            _rows = rows;
        }
    }

    private abstract class Stored
    {
        internal abstract void Add();

        internal abstract Delegate MakeGetter(Cursor cursor);
    }

    private sealed class Stored<T>(DataViewRow row, DataViewSchema.Column column) : Stored
    {
        private readonly ValueGetter<T> _source = row.GetGetter<T>(column);
        private readonly List<T> _values = [];
        private readonly Copier<T> _copy = (Copier<T>)Copiers.For(typeof(T));

        internal override void Add()
        {
            // A fresh value each time, so that no two rows share a buffer.
            T value = default;
            _source(ref value);
            _values.Add(value);
        }

        internal override Delegate MakeGetter(Cursor cursor) => (ValueGetter<T>)((ref T value) => _copy(_values[cursor.Row], ref value));
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly CacheDataView _view;
        private readonly int[] _order;
        private readonly Delegate[] _getters;
        private int _at = -1;
        private int _next;

        internal Cursor(CacheDataView view, DataViewSchema.Column[] active, int[] order, long batch)
        {
            _view = view;
            _order = order;
            Batch = batch;
            _getters = new Delegate[view.Schema.Count];
            foreach (var column in active)
                _getters[column.Index] = view._columns[column.Index].MakeGetter(this);
        }

        public override long Position => _at;

        public override long Batch { get; }

        public override DataViewSchema Schema => _view.Schema;

        internal int Row => _at >= 0 ? _order[_at] : throw new InvalidOperationException("Cannot call a getter before the first or after the last row.");

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)Row, 0);

        public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] is not null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            var getter = _getters[column.Index] ?? throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active.");
            return getter as ValueGetter<TValue> ?? throw new InvalidOperationException($"Invalid TValue: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");
        }

        public override bool MoveNext()
        {
            _at = _next < _order.Length ? _next++ : -1;
            return _at >= 0;
        }
    }
}
