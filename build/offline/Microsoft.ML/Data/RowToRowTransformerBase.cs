// Mirrors Microsoft.ML.Data.RowToRowTransformerBase, OneToOneTransformerBase, IRowMapper and TrivialEstimator (package Microsoft.ML, assembly
// Microsoft.ML.Data). What a transform writes itself is MakeRowMapper and SaveModel; the rest is here:
//
//   public sealed class CopyTransformer : RowToRowTransformerBase
//   {
//       internal CopyTransformer(IHostEnvironment env, ...) : base(env.Register(nameof(CopyTransformer))) { ... }
//       private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);   // throws when the schema does not fit
//       private protected override void SaveModel(ModelSaveContext ctx) { ctx.CheckAtModel(); ctx.SetVersionInfo(Version); ctx.SaveString(...); }
//       private static CopyTransformer Create(IHostEnvironment env, ModelLoadContext ctx) { ctx.CheckAtModel(Version); ... }
//   }
//   [assembly: LoadableClass(typeof(CopyTransformer), null, typeof(SignatureLoadModel), "", CopyTransformer.LoaderName)]
//
// A mapper gives the output columns once, the getters for the active ones (null for the others) over one input row, and says which
// input columns the active ones need. Getters need not cache: a getter is asked once a row, or pays for the second time.
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal interface IRowMapper
{
    /// <summary>The columns to be appended to the input schema.</summary>
    DataViewSchema.DetachedColumn[] GetOutputColumns();

    /// <summary>For a choice of output columns (by their index in <see cref="GetOutputColumns"/>), the choice of input columns they need.</summary>
    Func<int, bool> GetDependencies(Func<int, bool> activeOutput);

    /// <summary>A <see cref="ValueGetter{TValue}"/> for each active output column, null for the others; the disposer may be null.</summary>
    Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action disposer);
}

public abstract class RowToRowTransformerBase : ITransformer
{
    private protected readonly IHost Host;

    private protected RowToRowTransformerBase(IHost host) => Host = host;

    bool ITransformer.IsRowToRowMapper => true;

    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveModel(ctx);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RowMapperBinding(inputSchema, MakeRowMapper(inputSchema)).OutputSchema;
    }

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new RowMapperView(input, new RowMapperBinding(input.Schema, MakeRowMapper(input.Schema)));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new RowMapperBinding(inputSchema, MakeRowMapper(inputSchema));
    }

    private protected abstract IRowMapper MakeRowMapper(DataViewSchema schema);

    private protected abstract void SaveModel(ModelSaveContext ctx);
}

/// <summary>One output column per input column. Pairs are checked by the derived class.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected readonly (string outputColumnName, string inputColumnName)[] ColumnPairs;

    private protected OneToOneTransformerBase(IHost host, params (string outputColumnName, string inputColumnName)[] columns)
        : base(host) => ColumnPairs = columns;

    private protected static void SaveColumns(ModelSaveContext ctx, (string outputColumnName, string inputColumnName)[] columns)
    {
        ctx.Writer.Write(columns.Length);
        foreach (var (output, input) in columns)
        {
            ctx.SaveNonEmptyString(output);
            ctx.SaveNonEmptyString(input);
        }
    }

    private protected static (string outputColumnName, string inputColumnName)[] LoadColumns(ModelLoadContext ctx)
    {
        var columns = new (string, string)[ctx.Reader.ReadInt32()];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = (ctx.LoadNonEmptyString(), ctx.LoadNonEmptyString());
        return columns;
    }

    private protected abstract class OneToOneMapperBase : IRowMapper
    {
        protected readonly DataViewSchema InputSchema;
        protected readonly DataViewSchema.Column[] InputColumns;

        private readonly (string outputColumnName, string inputColumnName)[] _pairs;

        protected OneToOneMapperBase(OneToOneTransformerBase parent, DataViewSchema inputSchema)
        {
            InputSchema = inputSchema;
            _pairs = parent.ColumnPairs;
            InputColumns = [.. _pairs.Select(pair => inputSchema.GetColumnOrNull(pair.inputColumnName)
                ?? throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Could not find input column '{pair.inputColumnName}'"))];
        }

        public DataViewSchema.DetachedColumn[] GetOutputColumns() => [.. _pairs.Select((pair, i) => GetOutputColumn(i, pair.outputColumnName))];

        public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
        {
            var needed = InputColumns.Where((_, i) => activeOutput(i)).Select(c => c.Index).ToHashSet();
            return needed.Contains;
        }

        public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action disposer)
        {
            disposer = null;
            return [.. InputColumns.Select((_, i) => activeOutput(i) ? MakeGetter(input, i) : null)];
        }

        protected abstract DataViewSchema.DetachedColumn GetOutputColumn(int i, string name);

        protected abstract Delegate MakeGetter(DataViewRow input, int i);
    }
}

public abstract class TrivialEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : class, ITransformer
{
    private protected readonly IHost Host;
    private protected readonly TTransformer Transformer;

    private protected TrivialEstimator(IHost host, TTransformer transformer)
    {
        Host = host;
        Transformer = transformer;
    }

    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        // The schema is checked now, not when the first row is read.
        Transformer.GetOutputSchema(input.Schema);
        return Transformer;
    }

    public abstract SchemaShape GetOutputSchema(SchemaShape inputSchema);
}
