// Mirrors Microsoft.ML.Transforms.KeyToValueMappingEstimator and KeyToValueMappingTransformer (package Microsoft.ML, assembly Microsoft.ML.Data) for scalars.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(KeyToValueMappingTransformer), null, typeof(SignatureLoadModel), "", KeyToValueMappingTransformer.LoaderName)]

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    private readonly (string Output, string Input)[] _columns;

    internal KeyToValueMappingEstimator(IHostEnvironment env, (string Output, string Input)[] columns)
        : base(env.Register(nameof(KeyToValueMappingEstimator)), new(env, columns)) => _columns = columns;

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => ShapeChecks.Map(inputSchema, _columns, (source, name, _) =>
    {
        if (!source.IsKey)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Schema mismatch for input column '{source.Name}': expected KeyType, got {source.GetTypeString()}");
        if (!source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var values))
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Input column '{source.Name}' doesn't contain key values metadata");
        return new(name, source.Kind, values.ItemType, values.IsKey, ShapeChecks.Keep(source, AnnotationUtils.Kinds.SlotNames));
    });
}

public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderName = "KeyToValueTransform";

    internal KeyToValueMappingTransformer(IHostEnvironment env, (string Output, string Input)[] columns)
        : base(env.Register(nameof(KeyToValueMappingTransformer)), columns)
    {
    }

    private static VersionInfo Version => new("KEY2VALT", 1, 1, 1, typeof(KeyToValueMappingTransformer).Assembly.GetName().Name, LoaderName);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx, ColumnPairs);
    }

    private static KeyToValueMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env, LoadColumns(ctx));
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private sealed class Mapper : OneToOneMapperBase
    {
        private readonly PrimitiveDataViewType[] _valueTypes;

        internal Mapper(KeyToValueMappingTransformer parent, DataViewSchema inputSchema)
            : base(parent, inputSchema)
        {
            _valueTypes = [.. InputColumns.Select(source =>
            {
                if (source.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is not { Type: VectorDataViewType values })
                    throw new InvalidOperationException("Metadata KeyValues does not exist");
                if (source.Type is VectorDataViewType)
                    throw Unsupported.Member("MapKeyToValue of a vector");
                if (source.Type is not KeyDataViewType key || key.Count != (ulong)values.Size)
                    throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Schema mismatch for input column '{source.Name}': expected a key with {values.Size} values, got {source.Type}");
                return values.ItemType;
            })];
        }

        protected override DataViewSchema.DetachedColumn GetOutputColumn(int i, string name) => new(name, _valueTypes[i]);

        protected override Delegate MakeGetter(DataViewRow input, int i) =>
            Generic.Call(MakeGetter<int>, [_valueTypes[i].RawType], KeyReader(input, InputColumns[i]), InputColumns[i]);

        private static Func<ulong> KeyReader(DataViewRow input, DataViewSchema.Column column)
        {
            return column.Type.RawType == typeof(byte) ? Read<byte>(x => x)
                : column.Type.RawType == typeof(ushort) ? Read<ushort>(x => x)
                : column.Type.RawType == typeof(uint) ? Read<uint>(x => x)
                : Read<ulong>(x => x);

            Func<ulong> Read<T>(Func<T, ulong> widen)
            {
                var getter = input.GetGetter<T>(column);
                T key = default;
                return () =>
                {
                    getter(ref key);
                    return widen(key);
                };
            }
        }

        // A missing key becomes a missing value where the type has one, else the default.
        private static Delegate MakeGetter<T>(Func<ulong> readKey, DataViewSchema.Column column)
        {
            VBuffer<T> buffer = default;
            column.Annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref buffer);
            var values = buffer.DenseValues().ToArray();
            var missing = typeof(T) == typeof(float) ? (T)(object)float.NaN : typeof(T) == typeof(double) ? (T)(object)double.NaN : default;
            return (ValueGetter<T>)((ref T value) =>
            {
                ulong key = readKey();
                value = key > 0 && key <= (ulong)values.Length ? values[key - 1] : missing;
            });
        }
    }
}
