// Stands for Microsoft.ML.Data.RowToRowMapperTransform (internal there too): a row mapper bound to an input schema, and the lazy view over it.
namespace Microsoft.ML.Data;

/// <summary>A mapper bound to an input schema: the output schema is the input's columns followed by the mapper's.</summary>
internal sealed class RowMapperBinding : IRowToRowMapper
{
    private readonly IRowMapper _mapper;
    private readonly int _added;

    internal RowMapperBinding(DataViewSchema inputSchema, IRowMapper mapper)
    {
        _mapper = mapper;
        var added = mapper.GetOutputColumns();
        _added = added.Length;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(added);
        InputSchema = inputSchema;
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var active = Active(dependingColumns);
        var needed = _mapper.GetDependencies(i => active[InputSchema.Count + i]);
        return [.. InputSchema.Where(c => active[c.Index] || needed(c.Index))];
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != InputSchema)
            throw new ArgumentOutOfRangeException(nameof(input), "Schema of input row must be the same as the schema the mapper is bound to");
        var active = Active(activeColumns);
        var getters = CreateGetters(input, active, out var disposer);
        return new Row(this, input, active, getters, disposer);
    }

    internal bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[OutputSchema.Count];
        foreach (var column in columns)
        {
            if (column.Index >= active.Length || column.Name != OutputSchema[column.Index].Name)
                throw new ArgumentException($"Column '{column.Name}' is not in the schema.", nameof(columns));
            active[column.Index] = true;
        }
        return active;
    }

    internal Delegate[] CreateGetters(DataViewRow input, bool[] active, out Action disposer)
    {
        disposer = null;
        int offset = InputSchema.Count;
        return active.AsSpan(offset).Contains(true) ? _mapper.CreateGetters(input, i => active[offset + i], out disposer) : new Delegate[_added];
    }

    internal ValueGetter<TValue> GetGetter<TValue>(DataViewRow input, bool[] active, Delegate[] getters, DataViewSchema.Column column)
    {
        if ((uint)column.Index >= (uint)active.Length || !active[column.Index])
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active.");
        if (column.Index < InputSchema.Count)
            return input.GetGetter<TValue>(InputSchema[column.Index]);
        return getters[column.Index - InputSchema.Count] as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Invalid TValue: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");
    }

    private sealed class Row(RowMapperBinding binding, DataViewRow input, bool[] active, Delegate[] getters, Action disposer) : DataViewRow
    {
        public override DataViewSchema Schema => binding.OutputSchema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => binding.GetGetter<TValue>(input, active, getters, column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                disposer?.Invoke();
                input.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}

/// <summary>The rows of a source with a mapper's columns appended, computed as they are asked for.</summary>
internal sealed class RowMapperView(IDataView source, RowMapperBinding binding) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => binding.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(binding, source.GetRowCursor(binding.GetDependencies(columnsNeeded), rand), binding.Active(columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [.. source.GetRowCursorSet(binding.GetDependencies(columnsNeeded), n, rand).Select(c => new Cursor(binding, c, binding.Active(columnsNeeded)))];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly RowMapperBinding _binding;
        private readonly DataViewRowCursor _input;
        private readonly bool[] _active;
        private readonly Delegate[] _getters;
        private readonly Action _disposer;

        internal Cursor(RowMapperBinding binding, DataViewRowCursor input, bool[] active)
        {
            _binding = binding;
            _input = input;
            _active = active;
            _getters = binding.CreateGetters(input, active, out _disposer);
        }

        public override DataViewSchema Schema => _binding.OutputSchema;

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _binding.GetGetter<TValue>(_input, _active, _getters, column);

        public override bool MoveNext() => _input.MoveNext();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _disposer?.Invoke();
                _input.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
