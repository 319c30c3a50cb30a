// Mirrors Microsoft.ML.Transforms.ColumnCopyingEstimator and ColumnCopyingTransformer (package Microsoft.ML, assembly Microsoft.ML.Data).
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ColumnCopyingTransformer), null, typeof(SignatureLoadModel), "", ColumnCopyingTransformer.LoaderName)]

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingEstimator : TrivialEstimator<ColumnCopyingTransformer>
{
    private readonly (string Output, string Input)[] _columns;

    internal ColumnCopyingEstimator(IHostEnvironment env, (string Output, string Input)[] columns)
        : base(env.Register(nameof(ColumnCopyingEstimator)), new(env, columns)) => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        ShapeChecks.Map(inputSchema, _columns, (source, name, _) => new(name, source.Kind, source.ItemType, source.IsKey, source.Annotations));
}

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal const string LoaderName = "CopyTransform";

    internal ColumnCopyingTransformer(IHostEnvironment env, (string Output, string Input)[] columns)
        : base(env.Register(nameof(ColumnCopyingTransformer)), columns)
    {
    }

    private static VersionInfo Version => new("COPYCOLT", 1, 1, 1, typeof(ColumnCopyingTransformer).Assembly.GetName().Name, LoaderName);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx, ColumnPairs);
    }

    private static ColumnCopyingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env, LoadColumns(ctx));
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private sealed class Mapper(ColumnCopyingTransformer parent, DataViewSchema inputSchema) : OneToOneMapperBase(parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn GetOutputColumn(int i, string name) => new(name, InputColumns[i].Type, InputColumns[i].Annotations);

        protected override Delegate MakeGetter(DataViewRow input, int i) => Generic.Call(Getter<int>, [InputColumns[i].Type.RawType], input, InputColumns[i]);

        private static Delegate Getter<T>(DataViewRow input, DataViewSchema.Column column) => input.GetGetter<T>(column);
    }
}
