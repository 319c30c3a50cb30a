// Mirrors Microsoft.ML.Transforms.ValueToKeyMappingEstimator and ValueToKeyMappingTransformer (package Microsoft.ML, assembly Microsoft.ML.Data) for
// scalars that are text, numbers or Boolean.
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(ValueToKeyMappingTransformer), null, typeof(SignatureLoadModel), "", ValueToKeyMappingTransformer.LoaderName)]

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly (string Output, string Input)[] _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _ordinality;
    private readonly bool _asText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(
        IHostEnvironment env, (string Output, string Input)[] columns, int maximumNumberOfKeys, KeyOrdinality ordinality, bool asText, IDataView keyData)
    {
        if (keyData is not null && keyData.Schema.Count(c => !c.IsHidden) != 1)
            throw new ArgumentOutOfRangeException(nameof(keyData), "If specified, this data should contain only a single column containing the terms.");
        _env = env;
        _columns = columns;
        _maximumNumberOfKeys = maximumNumberOfKeys;
        _ordinality = ordinality;
        _asText = asText;
        _keyData = keyData;
    }

    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_maximumNumberOfKeys <= 0)
            throw new ArgumentOutOfRangeException("maximumNumberOfKeys", "Must be positive");
        var sources = _columns.Select(c => input.Schema.GetColumnOrNull(c.Input) ?? throw ShapeChecks.Missing(c.Input, "inputSchema")).ToArray();
        var terms = sources.Select(s => Terms.Create(s.Type)).ToArray();
        if (_keyData is not null)
        {
            var column = _keyData.Schema.Single(c => !c.IsHidden);
            foreach (var (source, made) in sources.Zip(terms))
            {
                if (!source.Type.Equals(column.Type))
                    throw new InvalidOperationException($"Key data of type '{column.Type}' does not fit column '{source.Name}' of type '{source.Type}'.");
                Learn(_keyData, [column], [made]);
            }
        }
        else
            Learn(input, sources, terms);
        return new(_env, _columns, terms, _asText);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ShapeChecks.Map(inputSchema, _columns, (source, name, _) =>
    {
        PrimitiveDataViewType values = _asText ? TextDataViewType.Instance : (PrimitiveDataViewType)source.ItemType;
        var annotations = new SchemaShape([new(AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, values, false)]);
        return new(name, source.Kind, NumberDataViewType.UInt32, true, annotations);
    });

    private void Learn(IDataView data, DataViewSchema.Column[] columns, Terms[] terms)
    {
        using var cursor = data.GetRowCursor(columns);
        var adders = terms.Select((t, i) => t.MakeAdder(cursor, columns[i], _maximumNumberOfKeys)).ToArray();
        while (cursor.MoveNext())
        {
            foreach (var add in adders)
                add();
        }
        // The first values to come are kept, and only then put in order.
        foreach (var made in terms)
        {
            if (_ordinality == KeyOrdinality.ByValue)
                made.Sort();
        }
    }
}

public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderName = "TermTransform";

    private readonly Terms[] _terms;
    private readonly bool _asText;

    internal ValueToKeyMappingTransformer(IHostEnvironment env, (string Output, string Input)[] columns, Terms[] terms, bool asText)
        : base(env.Register(nameof(ValueToKeyMappingTransformer)), columns)
    {
        _terms = terms;
        _asText = asText;
    }

    private static VersionInfo Version => new("TERMTRNF", 1, 1, 1, typeof(ValueToKeyMappingTransformer).Assembly.GetName().Name, LoaderName);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx, ColumnPairs);
        ctx.Writer.Write(_asText);
        foreach (var terms in _terms)
        {
            ctx.SaveNonEmptyString(terms.ItemType.RawType == typeof(ReadOnlyMemory<char>) ? typeof(string).FullName : terms.ItemType.RawType.FullName);
            terms.Save(ctx.Writer);
        }
    }

    private static ValueToKeyMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var columns = LoadColumns(ctx);
        bool asText = ctx.Reader.ReadBoolean();
        var terms = new Terms[columns.Length];
        for (int i = 0; i < terms.Length; i++)
        {
            terms[i] = Terms.Create(DataViewTypeExtensions.PrimitiveTypeOrNull(Type.GetType(ctx.LoadNonEmptyString())));
            terms[i].Load(ctx.Reader);
        }
        return new(env, columns, terms, asText);
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private sealed class Mapper : OneToOneMapperBase
    {
        private readonly ValueToKeyMappingTransformer _parent;

        internal Mapper(ValueToKeyMappingTransformer parent, DataViewSchema inputSchema)
            : base(parent, inputSchema)
        {
            _parent = parent;
            for (int i = 0; i < InputColumns.Length; i++)
            {
                if (!InputColumns[i].Type.Equals(parent._terms[i].ItemType))
                    throw new InvalidOperationException($"Could not apply a map over type '{parent._terms[i].ItemType}' to column '{parent.ColumnPairs[i].outputColumnName}' since it has type '{InputColumns[i].Type}'");
            }
        }

        protected override DataViewSchema.DetachedColumn GetOutputColumn(int i, string name)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            _parent._terms[i].AddKeyValues(annotations, _parent._asText);
            return new(name, new KeyDataViewType(typeof(uint), Math.Max(_parent._terms[i].Count, 1)), annotations.ToAnnotations());
        }

        protected override Delegate MakeGetter(DataViewRow input, int i) => _parent._terms[i].MakeGetter(input, InputColumns[i]);
    }
}

/// <summary>The values of a column and their keys, which count from one.</summary>
internal abstract class Terms
{
    internal abstract PrimitiveDataViewType ItemType { get; }

    internal abstract int Count { get; }

    internal static Terms Create(DataViewType type)
    {
        // A missing value (empty text, NaN) has key zero and is no term. Text is in ordinal order.
        if (type is TextDataViewType)
            return new Terms<string, ReadOnlyMemory<char>>(TextDataViewType.Instance, m => m.ToString(), s => s.AsMemory(), s => s.Length == 0, s => s, s => s, StringComparer.Ordinal);
        if (type == NumberDataViewType.Single)
            return Values(float.IsNaN, s => float.Parse(s, CultureInfo.InvariantCulture));
        if (type == NumberDataViewType.Double)
            return Values(double.IsNaN, s => double.Parse(s, CultureInfo.InvariantCulture));
        if (type is BooleanDataViewType)
            return Values(_ => false, bool.Parse);
        if (type == NumberDataViewType.SByte)
            return Values(_ => false, s => sbyte.Parse(s, CultureInfo.InvariantCulture));
        if (type == NumberDataViewType.Byte)
            return Values(_ => false, s => byte.Parse(s, CultureInfo.InvariantCulture));
        if (type == NumberDataViewType.Int16)
            return Values(_ => false, s => short.Parse(s, CultureInfo.InvariantCulture));
        if (type == NumberDataViewType.UInt16)
            return Values(_ => false, s => ushort.Parse(s, CultureInfo.InvariantCulture));
        if (type == NumberDataViewType.Int32)
            return Values(_ => false, s => int.Parse(s, CultureInfo.InvariantCulture));
        if (type == NumberDataViewType.UInt32)
            return Values(_ => false, s => uint.Parse(s, CultureInfo.InvariantCulture));
        if (type == NumberDataViewType.Int64)
            return Values(_ => false, s => long.Parse(s, CultureInfo.InvariantCulture));
        if (type == NumberDataViewType.UInt64)
            return Values(_ => false, s => ulong.Parse(s, CultureInfo.InvariantCulture));
        throw Unsupported.Member($"MapValueToKey over type '{type}'");

        static Terms Values<T>(Func<T, bool> isMissing, Func<string, T> parse) => new Terms<T, T>(
            DataViewTypeExtensions.PrimitiveTypeOrNull(typeof(T)), x => x, x => x, isMissing, parse, x => Convert.ToString(x, CultureInfo.InvariantCulture), Comparer<T>.Default);
    }

    internal abstract Action MakeAdder(DataViewRow row, DataViewSchema.Column column, int limit);

    internal abstract void Sort();

    internal abstract void AddKeyValues(DataViewSchema.Annotations.Builder builder, bool asText);

    internal abstract Delegate MakeGetter(DataViewRow input, DataViewSchema.Column column);

    internal abstract void Save(BinaryWriter writer);

    internal abstract void Load(BinaryReader reader);
}

internal sealed class Terms<T, TRaw>(
    PrimitiveDataViewType itemType, Func<TRaw, T> fromRaw, Func<T, TRaw> toRaw, Func<T, bool> isMissing, Func<string, T> parse, Func<T, string> print, IComparer<T> order)
    : Terms
{
    private readonly List<T> _values = [];
    private readonly Dictionary<T, uint> _keys = [];

    internal override PrimitiveDataViewType ItemType => itemType;

    internal override int Count => _values.Count;

    internal override Action MakeAdder(DataViewRow row, DataViewSchema.Column column, int limit)
    {
        var getter = row.GetGetter<TRaw>(column);
        TRaw raw = default;
        return () =>
        {
            getter(ref raw);
            if (_values.Count < limit)
                Add(fromRaw(raw));
        };
    }

    internal override void Sort()
    {
        _values.Sort(order);
        for (int i = 0; i < _values.Count; i++)
            _keys[_values[i]] = (uint)i + 1;
    }

    internal override void AddKeyValues(DataViewSchema.Annotations.Builder builder, bool asText)
    {
        if (_values.Count == 0)
            return;
        if (asText)
            Add(TextDataViewType.Instance, [.. _values.Select(v => print(v).AsMemory())]);
        else
            Add(itemType, [.. _values.Select(toRaw)]);

        void Add<TItem>(PrimitiveDataViewType type, TItem[] items) => builder.Add(
            AnnotationUtils.Kinds.KeyValues, new VectorDataViewType(type, items.Length), (ref VBuffer<TItem> value) => VBuffer<TItem>.Copy(items, 0, ref value, items.Length));
    }

    internal override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column column)
    {
        var getter = input.GetGetter<TRaw>(column);
        TRaw raw = default;
        return (ValueGetter<uint>)((ref uint value) =>
        {
            getter(ref raw);
            value = _keys.GetValueOrDefault(fromRaw(raw));
        });
    }

    internal override void Save(BinaryWriter writer)
    {
        writer.Write(_values.Count);
        foreach (var value in _values)
            writer.Write(print(value));
    }

    internal override void Load(BinaryReader reader)
    {
        for (int count = reader.ReadInt32(); count > 0; count--)
            Add(parse(reader.ReadString()));
    }

    private void Add(T value)
    {
        if (!isMissing(value) && _keys.TryAdd(value, (uint)_values.Count + 1))
            _values.Add(value);
    }
}
