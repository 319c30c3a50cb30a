using Microsoft.ML;
using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;

namespace ParquetTables;

/// <summary>
/// A Parquet file as a data view, read by Parquet.Net. In memory is one row group at a time, and of it only the columns that are asked for;
/// so the size of the file does not matter. Numbers, Booleans, dates and texts that stand in columns of their own are read; lists and maps
/// are left out. A number that may be missing is read as a Double or a Single that may be NaN.
/// </summary>
internal sealed class ParquetView : IDataView
{
    private readonly string _path;
    private readonly ParquetColumn[] _columns;
    private readonly long _rows;

    private ParquetView(string path, ParquetColumn[] columns, long rows)
    {
        (_path, _columns, _rows) = (path, columns, rows);
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
            builder.AddColumn(column.Name, column.Type);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public static ParquetView Open(string path)
    {
        var reader = Wait(ParquetReader.CreateAsync(path));
        try
        {
            DataField[] fields = [.. reader.Schema.Fields.OfType<DataField>().Where(field => !field.IsArray)];
            return new ParquetView(path, [.. fields.Select(ParquetColumn.Of).OfType<ParquetColumn>()],
                reader.RowGroups.Sum(group => group.RowCount));
        }
        finally
        {
            Wait(reader.DisposeAsync().AsTask());
        }
    }

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(this, [.. columnsNeeded.Select(column => column.Index)]);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    // ML.NET's cursors are not asynchronous, and reading a file is not worth a thread that waits.
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private sealed class Cursor(ParquetView view, HashSet<int> active) : DataViewRowCursor
    {
        private readonly ParquetReader _reader = Wait(ParquetReader.CreateAsync(view._path));
        private readonly ParquetColumn[] _columns = [.. view._columns.Select(column => column.Copy())];
        private long _position = -1;
        private int _group = -1;
        private int _row;
        private int _rowsOfGroup;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            if (_group == _reader.RowGroupCount)
                return false;
            while (++_row >= _rowsOfGroup)
            {
                if (++_group == _reader.RowGroupCount)
                {
                    _position = -1;
                    return false;
                }
                using var group = _reader.OpenRowGroupReader(_group);
                (_row, _rowsOfGroup) = (-1, checked((int)group.RowCount));
                foreach (int column in active)
                    Wait(_columns[column].ReadAsync(group, _rowsOfGroup));
            }
            _position++;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new InvalidOperationException($"The cursor was not opened for column '{column.Name}'.");
            if (_columns[column.Index] is not ParquetColumn<TValue> typed)
                throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}, not {typeof(TValue).Name}.");
            return (ref TValue value) => value = typed.Values[_row];
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new((ulong)_position, 0);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Wait(_reader.DisposeAsync().AsTask());
            base.Dispose(disposing);
        }
    }
}
