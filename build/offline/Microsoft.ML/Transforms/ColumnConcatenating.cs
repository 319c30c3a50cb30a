// Mirrors Microsoft.ML.Transforms.ColumnConcatenatingEstimator and Microsoft.ML.Data.ColumnConcatenatingTransformer (package Microsoft.ML,
// assembly Microsoft.ML.Data). Values come out dense.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ColumnConcatenatingTransformer), null, typeof(SignatureLoadModel), "", ColumnConcatenatingTransformer.LoaderName)]

namespace Microsoft.ML.Transforms
{
    public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
    {
        private readonly IHostEnvironment _env;
        private readonly string _name;
        private readonly string[] _sources;

        internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
        {
            ShapeChecks.CheckName(outputColumnName, nameof(outputColumnName));
            ArgumentNullException.ThrowIfNull(inputColumnNames);
            if (inputColumnNames.Length == 0 || inputColumnNames.Any(string.IsNullOrEmpty))
                throw new ArgumentOutOfRangeException(nameof(inputColumnNames), "Input columns not specified");
            _env = env;
            _name = outputColumnName;
            _sources = inputColumnNames;
        }

        // Nothing is learnt, and the columns are not looked at before Transform, as in the original.
        public ColumnConcatenatingTransformer Fit(IDataView input)
        {
            ArgumentNullException.ThrowIfNull(input);
            return new(_env, _name, _sources);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            var sources = _sources.Select(name => ShapeChecks.Find(inputSchema, name)).ToArray();
            foreach (var source in sources)
            {
                if (source.IsKey)
                    throw new InvalidOperationException($"Column '{source.Name}' is key. Concatenation of keys is unsupported.");
                if (!source.ItemType.Equals(sources[0].ItemType))
                    throw new InvalidOperationException($"Concatenated columns should have the same type. Column '{source.Name}' has type of {source.ItemType}, but expected column type is {sources[0].ItemType}.");
            }
            bool isVariable = sources.Any(s => s.Kind == SchemaShape.Column.VectorKind.VariableVector);
            var annotations = new List<SchemaShape.Column>();
            if (sources.All(s => ShapeChecks.Has(s, AnnotationUtils.Kinds.IsNormalized)))
                annotations.Add(ShapeChecks.IsNormalized);
            // Promised for a vector of variable size too, which then has none: the original's oversight, kept.
            if (sources.Any(s => s.Kind == SchemaShape.Column.VectorKind.Scalar || ShapeChecks.Has(s, AnnotationUtils.Kinds.SlotNames)))
                annotations.Add(ShapeChecks.SlotNames);
            var kind = isVariable ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Vector;
            return ShapeChecks.Map(inputSchema, [(_name, _sources[0])], (_, name, _) => new(name, kind, sources[0].ItemType, false, new(annotations)));
        }
    }
}

namespace Microsoft.ML.Data
{
    public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
    {
        internal const string LoaderName = "ConcatTransform";

        private readonly string _name;
        private readonly string[] _sources;

        internal ColumnConcatenatingTransformer(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
            : base(env.Register(nameof(ColumnConcatenatingTransformer)))
        {
            _name = outputColumnName;
            _sources = inputColumnNames;
        }

        private static VersionInfo Version => new("CONCAT F", 1, 1, 1, typeof(ColumnConcatenatingTransformer).Assembly.GetName().Name, LoaderName);

        private protected override void SaveModel(ModelSaveContext ctx)
        {
            ctx.CheckAtModel();
            ctx.SetVersionInfo(Version);
            ctx.SaveNonEmptyString(_name);
            ctx.Writer.Write(_sources.Length);
            foreach (string source in _sources)
                ctx.SaveNonEmptyString(source);
        }

        private static ColumnConcatenatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
        {
            ctx.CheckAtModel(Version);
            string name = ctx.LoadNonEmptyString();
            var sources = new string[ctx.Reader.ReadInt32()];
            for (int i = 0; i < sources.Length; i++)
                sources[i] = ctx.LoadNonEmptyString();
            return new(env, name, sources);
        }

        private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(_name, _sources, schema);

        private sealed class Mapper : IRowMapper
        {
            private readonly string _name;
            private readonly DataViewSchema.Column[] _sources;
            private readonly PrimitiveDataViewType _itemType;

            internal Mapper(string name, string[] sources, DataViewSchema inputSchema)
            {
                _name = name;
                _sources = [.. sources.Select(s => inputSchema.GetColumnOrNull(s) ?? throw ShapeChecks.Missing(s, nameof(inputSchema)))];
                _itemType = (PrimitiveDataViewType)_sources[0].Type.ItemTypeOrSelf();
                foreach (var source in _sources)
                {
                    if (!source.Type.ItemTypeOrSelf().Equals(_itemType))
                        throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Schema mismatch for input column '{source.Name}': expected {_itemType}, got {source.Type.ItemTypeOrSelf()}");
                }
            }

            public DataViewSchema.DetachedColumn[] GetOutputColumns()
            {
                // One vector alone keeps its dimensions and its slot names.
                if (_sources is [{ Type: VectorDataViewType } only])
                    return [new(_name, only.Type, ShapeChecks.Keep(only, AnnotationUtils.Kinds.IsNormalized, AnnotationUtils.Kinds.SlotNames))];
                bool isVariable = _sources.Any(s => s.Type is VectorDataViewType { IsKnownSize: false });
                int size = isVariable ? 0 : _sources.Sum(s => s.Type is VectorDataViewType vector ? vector.Size : 1);
                var annotations = new DataViewSchema.Annotations.Builder();
                if (_sources.All(s => s.IsNormalized()))
                    ShapeChecks.AddIsNormalized(annotations);
                if (!isVariable && _sources.Any(s => s.Type is not VectorDataViewType || s.HasSlotNames()))
                {
                    var names = _sources.SelectMany(SlotNamesOf).ToArray();
                    annotations.Add(
                        AnnotationUtils.Kinds.SlotNames,
                        new VectorDataViewType(TextDataViewType.Instance, size),
                        (ref VBuffer<ReadOnlyMemory<char>> value) => VBuffer<ReadOnlyMemory<char>>.Copy(names, 0, ref value, names.Length));
                }
                return [new(_name, new VectorDataViewType(_itemType, size), annotations.ToAnnotations())];
            }

            public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
            {
                var needed = activeOutput(0) ? _sources.Select(s => s.Index).ToHashSet() : [];
                return needed.Contains;
            }

            public Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action disposer)
            {
                disposer = null;
                return [activeOutput(0) ? Generic.Call(MakeGetter<int>, [_itemType.RawType], input) : null];
            }

            private static IEnumerable<ReadOnlyMemory<char>> SlotNamesOf(DataViewSchema.Column source)
            {
                if (source.Type is not VectorDataViewType vector)
                    return [source.Name.AsMemory()];
                if (!source.HasSlotNames())
                    return new ReadOnlyMemory<char>[vector.Size];
                VBuffer<ReadOnlyMemory<char>> names = default;
                source.GetSlotNames(ref names);
                return names.DenseValues().Select(name => name.IsEmpty ? name : $"{source.Name}.{name}".AsMemory());
            }

            private Delegate MakeGetter<T>(DataViewRow input)
            {
                var scalars = new ValueGetter<T>[_sources.Length];
                var vectors = new ValueGetter<VBuffer<T>>[_sources.Length];
                var buffers = new VBuffer<T>[_sources.Length];
                for (int i = 0; i < _sources.Length; i++)
                {
                    if (_sources[i].Type is VectorDataViewType)
                        vectors[i] = input.GetGetter<VBuffer<T>>(_sources[i]);
                    else
                        scalars[i] = input.GetGetter<T>(_sources[i]);
                }
                return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
                {
                    int length = 0;
                    for (int i = 0; i < vectors.Length; i++)
                    {
                        vectors[i]?.Invoke(ref buffers[i]);
                        length += vectors[i] is null ? 1 : buffers[i].Length;
                    }
                    var editor = VBufferEditor.Create(ref value, length);
                    for (int i = 0, at = 0; i < vectors.Length; i++)
                    {
                        if (vectors[i] is null)
                            scalars[i](ref editor.Values[at++]);
                        else
                        {
                            buffers[i].CopyTo(editor.Values, at);
                            at += buffers[i].Length;
                        }
                    }
                    value = editor.Commit();
                });
            }
        }
    }
}
