// Mirrors Microsoft.ML.Transforms.ColumnSelectingEstimator and ColumnSelectingTransformer (package Microsoft.ML, assembly Microsoft.ML.Data).
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ColumnSelectingTransformer), null, typeof(SignatureLoadModel), "", ColumnSelectingTransformer.LoaderName)]

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    private readonly string[] _names;
    private readonly bool _drop;

    internal ColumnSelectingEstimator(IHostEnvironment env, string[] names, bool drop, bool keepHidden)
        : base(env.Register(nameof(ColumnSelectingEstimator)), new(names, drop, keepHidden))
    {
        _names = names;
        _drop = drop;
    }

    // The promise is in the order of the input, also where SelectColumns puts the columns into another.
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (string name in _names)
            ShapeChecks.Find(inputSchema, name);
        return new(inputSchema.Where(c => _names.Contains(c.Name) != _drop));
    }
}

public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string LoaderName = "SelectColumnsTransform";

    private readonly string[] _names;
    private readonly bool _drop;
    private readonly bool _keepHidden;

    internal ColumnSelectingTransformer(string[] names, bool drop, bool keepHidden)
    {
        if (names is null || names.Length == 0)
            throw new InvalidOperationException("Neither keepColumns and dropColumns is set. Exactly one must be specified.");
        _names = names;
        _drop = drop;
        _keepHidden = keepHidden;
    }

    bool ITransformer.IsRowToRowMapper => true;

    private static VersionInfo Version => new("SELCOLST", 1, 1, 1, typeof(ColumnSelectingTransformer).Assembly.GetName().Name, LoaderName);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(_drop);
        ctx.Writer.Write(_keepHidden);
        ctx.Writer.Write(_names.Length);
        foreach (string name in _names)
            ctx.SaveNonEmptyString(name);
    }

    private static ColumnSelectingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        bool drop = ctx.Reader.ReadBoolean(), keepHidden = ctx.Reader.ReadBoolean();
        var names = new string[ctx.Reader.ReadInt32()];
        for (int i = 0; i < names.Length; i++)
            names[i] = ctx.LoadNonEmptyString();
        return new(names, drop, keepHidden);
    }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new Mapper(this, inputSchema).OutputSchema;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new View(input, new(this, input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new Mapper(this, inputSchema);

    private sealed class Mapper : IRowToRowMapper
    {
        internal readonly int[] Sources;

        internal Mapper(ColumnSelectingTransformer parent, DataViewSchema inputSchema)
        {
            ArgumentNullException.ThrowIfNull(inputSchema);
            foreach (string name in parent._names)
                _ = inputSchema.GetColumnOrNull(name) ?? throw ShapeChecks.Missing(name, nameof(inputSchema));
            Sources = parent._drop
                ? [.. inputSchema.Where(c => !parent._names.Contains(c.Name)).Select(c => c.Index)]
                : [.. parent._names.SelectMany(name => inputSchema.Where(c => c.Name == name && (parent._keepHidden || !c.IsHidden))).Select(c => c.Index)];
            var builder = new DataViewSchema.Builder();
            builder.AddColumns(Sources.Select(i => inputSchema[i]));
            InputSchema = inputSchema;
            OutputSchema = builder.ToSchema();
        }

        public DataViewSchema InputSchema { get; }

        public DataViewSchema OutputSchema { get; }

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
            [.. dependingColumns.Select(c => InputSchema[Sources[c.Index]]).DistinctBy(c => c.Index)];

        public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new Row(this, input, activeColumns);
    }

    private sealed class View(IDataView source, Mapper mapper) : IDataView
    {
        public bool CanShuffle => source.CanShuffle;

        public DataViewSchema Schema => mapper.OutputSchema;

        public long? GetRowCount() => source.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
            new Cursor(mapper, source.GetRowCursor(mapper.GetDependencies(columnsNeeded), rand), columnsNeeded);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
            [.. source.GetRowCursorSet(mapper.GetDependencies(columnsNeeded), n, rand).Select(c => new Cursor(mapper, c, columnsNeeded))];
    }

    private sealed class Row(Mapper mapper, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) : DataViewRow
    {
        private readonly HashSet<int> _active = [.. activeColumns.Select(c => c.Index)];

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => mapper.OutputSchema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _active.Contains(column.Index)
            ? input.GetGetter<TValue>(mapper.InputSchema[mapper.Sources[column.Index]])
            : throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active.");

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Cursor(Mapper mapper, DataViewRowCursor input, IEnumerable<DataViewSchema.Column> activeColumns) : DataViewRowCursor
    {
        private readonly Row _row = new(mapper, input, activeColumns);

        public override long Position => _row.Position;

        public override long Batch => _row.Batch;

        public override DataViewSchema Schema => _row.Schema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => _row.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _row.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _row.GetGetter<TValue>(column);

        public override bool MoveNext() => input.MoveNext();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _row.Dispose();
            base.Dispose(disposing);
        }
    }
}
