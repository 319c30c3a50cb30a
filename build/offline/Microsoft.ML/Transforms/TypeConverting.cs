// Mirrors Microsoft.ML.Transforms.TypeConvertingEstimator and TypeConvertingTransformer (package Microsoft.ML, assembly Microsoft.ML.Data) for the
// conversions of numbers and Boolean to Single, Double, Int32, Int64 and Boolean, and of text to Single and Double. Integers are never narrowed, and unsigned ones become no signed
// ones; a key becomes no number.
using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(TypeConvertingTransformer), null, typeof(SignatureLoadModel), "", TypeConvertingTransformer.LoaderName)]

namespace Microsoft.ML.Transforms;

public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    private readonly (string Output, string Input)[] _columns;
    private readonly DataKind _outputKind;

    internal TypeConvertingEstimator(IHostEnvironment env, (string Output, string Input)[] columns, DataKind outputKind)
        : base(env.Register(nameof(TypeConvertingEstimator)), new(env, columns, outputKind))
    {
        _columns = columns;
        _outputKind = outputKind;
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema) => ShapeChecks.Map(inputSchema, _columns, (source, name, _) =>
    {
        var target = Conversions.TypeOf(_outputKind);
        if (Conversions.GetOrNull(source.ItemType, target) is null)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Don't know how to convert {source.Name} into {target}");
        // IsNormalized, which a converted Boolean has, is not promised: the original's oversight, kept.
        return new(name, source.Kind, target, false, ShapeChecks.Keep(source, AnnotationUtils.Kinds.SlotNames, AnnotationUtils.Kinds.IsNormalized));
    });
}

public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal const string LoaderName = "ConvertTransform";

    private readonly DataKind _outputKind;

    internal TypeConvertingTransformer(IHostEnvironment env, (string Output, string Input)[] columns, DataKind outputKind)
        : base(env.Register(nameof(TypeConvertingTransformer)), columns) => _outputKind = outputKind;

    private static VersionInfo Version => new("CONVERTF", 1, 1, 1, typeof(TypeConvertingTransformer).Assembly.GetName().Name, LoaderName);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx, ColumnPairs);
        ctx.Writer.Write((byte)_outputKind);
    }

    private static TypeConvertingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new(env, LoadColumns(ctx), (DataKind)ctx.Reader.ReadByte());
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private sealed class Mapper : OneToOneMapperBase
    {
        private readonly PrimitiveDataViewType _target;
        private readonly Delegate[] _conversions;

        internal Mapper(TypeConvertingTransformer parent, DataViewSchema inputSchema)
            : base(parent, inputSchema)
        {
            _target = Conversions.TypeOf(parent._outputKind);
            _conversions = [.. InputColumns.Select(source => Conversions.GetOrNull(source.Type.ItemTypeOrSelf(), _target)
                ?? throw new ArgumentOutOfRangeException(nameof(inputSchema), $"source column '{source.Name}' with item type '{source.Type}' is not compatible with destination type '{_target}'"))];
        }

        protected override DataViewSchema.DetachedColumn GetOutputColumn(int i, string name)
        {
            var source = InputColumns[i];
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(source.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
            if (source.Type.ItemTypeOrSelf() is BooleanDataViewType && _target is NumberDataViewType)
                ShapeChecks.AddIsNormalized(annotations);
            else
                annotations.Add(source.Annotations, kind => kind == AnnotationUtils.Kinds.IsNormalized && _target is NumberDataViewType);
            return new(name, source.Type is VectorDataViewType vector ? new VectorDataViewType(_target, vector.Dimensions) : _target, annotations.ToAnnotations());
        }

        protected override Delegate MakeGetter(DataViewRow input, int i)
        {
            Type from = InputColumns[i].Type.ItemTypeOrSelf().RawType, to = _target.RawType;
            return InputColumns[i].Type is VectorDataViewType
                ? Generic.Call(Vector<int, int>, [from, to], input, InputColumns[i], _conversions[i])
                : Generic.Call(Scalar<int, int>, [from, to], input, InputColumns[i], _conversions[i]);
        }

        private static Delegate Scalar<TFrom, TTo>(DataViewRow input, DataViewSchema.Column column, Delegate conversion)
        {
            var convert = (Func<TFrom, TTo>)conversion;
            var getter = input.GetGetter<TFrom>(column);
            TFrom source = default;
            return (ValueGetter<TTo>)((ref TTo value) =>
            {
                getter(ref source);
                value = convert(source);
            });
        }

        private static Delegate Vector<TFrom, TTo>(DataViewRow input, DataViewSchema.Column column, Delegate conversion)
        {
            var convert = (Func<TFrom, TTo>)conversion;
            var getter = input.GetGetter<VBuffer<TFrom>>(column);
            VBuffer<TFrom> source = default;
            return (ValueGetter<VBuffer<TTo>>)((ref VBuffer<TTo> value) =>
            {
                getter(ref source);
                var editor = VBufferEditor.Create(ref value, source.Length);
                int i = 0;
                foreach (var item in source.DenseValues())
                    editor.Values[i++] = convert(item);
                value = editor.Commit();
            });
        }
    }
}

internal static class Conversions
{
    internal static PrimitiveDataViewType TypeOf(DataKind kind) => kind switch
    {
        DataKind.Single => NumberDataViewType.Single,
        DataKind.Double => NumberDataViewType.Double,
        DataKind.Int32 => NumberDataViewType.Int32,
        DataKind.Int64 => NumberDataViewType.Int64,
        DataKind.Boolean => BooleanDataViewType.Instance,
        _ => throw Unsupported.Member($"ConvertType to {kind}")
    };

    /// <summary>A function from the one raw type to the other, or null if there is no such conversion.</summary>
    internal static Delegate GetOrNull(DataViewType from, DataViewType to)
    {
        if (from is KeyDataViewType)
            return null;
        // The original converts these, too; what stays for null is what it refuses.
        bool isNumber = from is NumberDataViewType or BooleanDataViewType;
        if (!isNumber && !(from is TextDataViewType && (to == NumberDataViewType.Single || to == NumberDataViewType.Double)))
            throw Unsupported.Member($"ConvertType from {from} to {to}");
        Type source = from.RawType, target = to.RawType;
        return target == typeof(float) ? To(source, float.NaN)
            : target == typeof(double) ? To(source, double.NaN)
            : target == typeof(bool) ? ToBoolean(source)
            : target == typeof(int) ? (source == typeof(int) || source == typeof(short) || source == typeof(sbyte) || source == typeof(bool) ? To(source, 0) : null)
            : source == typeof(long) || source == typeof(int) || source == typeof(short) || source == typeof(sbyte) || source == typeof(bool) ? To(source, 0L)
            : null;
    }

    // Empty text is zero; text that is no number is missing.
    private static Delegate To<T>(Type source, T missing)
        where T : struct, INumber<T>
    {
        return source == typeof(ReadOnlyMemory<char>)
                ? (Func<ReadOnlyMemory<char>, T>)(x => x.IsEmpty ? T.Zero : T.TryParse(x.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : missing)
            : source == typeof(bool) ? (Func<bool, T>)(x => x ? T.One : T.Zero)
            : source == typeof(float) ? From<float>()
            : source == typeof(double) ? From<double>()
            : source == typeof(sbyte) ? From<sbyte>()
            : source == typeof(byte) ? From<byte>()
            : source == typeof(short) ? From<short>()
            : source == typeof(ushort) ? From<ushort>()
            : source == typeof(int) ? From<int>()
            : source == typeof(uint) ? From<uint>()
            : source == typeof(long) ? From<long>()
            : source == typeof(ulong) ? From<ulong>()
            : null;

        static Delegate From<TFrom>()
            where TFrom : struct, INumber<TFrom> => (Func<TFrom, T>)T.CreateTruncating;
    }

    // Everything but zero is true, NaN too.
    private static Delegate ToBoolean(Type source)
    {
        return source == typeof(bool) ? (Func<bool, bool>)(x => x)
            : source == typeof(float) ? From<float>()
            : source == typeof(double) ? From<double>()
            : source == typeof(sbyte) ? From<sbyte>()
            : source == typeof(byte) ? From<byte>()
            : source == typeof(short) ? From<short>()
            : source == typeof(ushort) ? From<ushort>()
            : source == typeof(int) ? From<int>()
            : source == typeof(uint) ? From<uint>()
            : source == typeof(long) ? From<long>()
            : source == typeof(ulong) ? From<ulong>()
            : null;

        static Delegate From<TFrom>()
            where TFrom : struct, INumber<TFrom> => (Func<TFrom, bool>)(x => x != TFrom.Zero);
    }
}
