// Mirrors Microsoft.ML.Transforms.NormalizingEstimator and NormalizingTransformer (package Microsoft.ML, assembly Microsoft.ML.Data): min-max and
// mean-variance. Single columns are computed in Single, Double ones in Double, as there. Values come out dense.
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(NormalizingTransformer), null, typeof(SignatureLoadModel), "", NormalizingTransformer.LoaderName)]

namespace Microsoft.ML.Transforms;

public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly (string Output, string Input)[] _columns;
    private readonly bool _byMoments;
    private readonly long _maximumExampleCount;
    private readonly bool _fixZero;

    internal NormalizingEstimator(IHostEnvironment env, (string Output, string Input)[] columns, bool byMoments, long maximumExampleCount, bool fixZero)
    {
        if (maximumExampleCount <= 1)
            throw new ArgumentOutOfRangeException(nameof(maximumExampleCount), "Must be greater than 1");
        _env = env;
        _columns = columns;
        _byMoments = byMoments;
        _maximumExampleCount = maximumExampleCount;
        _fixZero = fixZero;
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var sources = _columns.Select(c => input.Schema.GetColumnOrNull(c.Input) ?? throw ShapeChecks.Missing(c.Input, "data")).ToArray();
        foreach (var source in sources)
        {
            var item = source.Type.ItemTypeOrSelf();
            if ((item != NumberDataViewType.Single && item != NumberDataViewType.Double) || source.Type is VectorDataViewType { IsKnownSize: false })
                throw new ArgumentOutOfRangeException("srcType", $"Wrong column type for input column. Expected: Single, Double, Vector of Single or Vector of Double. Got: {source.Type}.");
        }
        using var cursor = input.GetRowCursor(sources);
        var learners = sources.Select(s => s.Type.ItemTypeOrSelf() == NumberDataViewType.Single
            ? (AffineLearner)new AffineLearner<float>(cursor, s, _byMoments) : new AffineLearner<double>(cursor, s, _byMoments)).ToArray();
        for (long seen = 0; seen < _maximumExampleCount && cursor.MoveNext(); seen++)
        {
            foreach (var learner in learners)
                learner.Add();
        }
        return new(_env, _columns, [.. learners.Select(l => l.Finish(_fixZero))]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ShapeChecks.Map(inputSchema, _columns, (source, name, _) =>
    {
        if (source.Kind == SchemaShape.Column.VectorKind.VariableVector)
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Schema mismatch for input column '{source.Name}': expected known-size vector or scalar, got {source.GetTypeString()}");
        if (source.IsKey || (source.ItemType != NumberDataViewType.Single && source.ItemType != NumberDataViewType.Double))
            throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Schema mismatch for input column '{source.Name}': expected vector or scalar of Single or Double, got {source.GetTypeString()}");
        var annotations = new List<SchemaShape.Column> { ShapeChecks.IsNormalized };
        annotations.AddRange(ShapeChecks.Keep(source, AnnotationUtils.Kinds.SlotNames));
        return new(name, source.Kind, source.ItemType, source.IsKey, new(annotations));
    });
}

public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal const string LoaderName = "Normalizer";

    private readonly Affine[] _affines;

    internal NormalizingTransformer(IHostEnvironment env, (string Output, string Input)[] columns, Affine[] affines)
        : base(env.Register(nameof(NormalizingTransformer)), columns) => _affines = affines;

    private static VersionInfo Version => new("NORMALZR", 1, 1, 1, typeof(NormalizingTransformer).Assembly.GetName().Name, LoaderName);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx, ColumnPairs);
        foreach (var affine in _affines)
            affine.Save(ctx.Writer);
    }

    private static NormalizingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var columns = LoadColumns(ctx);
        return new(env, columns, [.. columns.Select(_ => Affine.Load(ctx.Reader))]);
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private sealed class Mapper : OneToOneMapperBase
    {
        private readonly Affine[] _affines;

        internal Mapper(NormalizingTransformer parent, DataViewSchema inputSchema)
            : base(parent, inputSchema)
        {
            _affines = parent._affines;
            for (int i = 0; i < _affines.Length; i++)
            {
                if (InputColumns[i].Type.RawType != _affines[i].Type.RawType)
                    throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Schema mismatch for input column '{InputColumns[i].Name}': expected {_affines[i].Type}, got {InputColumns[i].Type}");
            }
        }

        // The type is that of the column it was fitted on; a vector of another size fails at its first row.
        protected override DataViewSchema.DetachedColumn GetOutputColumn(int i, string name)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            ShapeChecks.AddIsNormalized(annotations);
            if (InputColumns[i].HasSlotNames())
                annotations.Add(InputColumns[i].Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
            return new(name, _affines[i].Type, annotations.ToAnnotations());
        }

        protected override Delegate MakeGetter(DataViewRow input, int i) => _affines[i].MakeGetter(input, InputColumns[i]);
    }
}

/// <summary>A fitted column: each slot less its offset, times its scale.</summary>
internal abstract class Affine(DataViewType type)
{
    internal DataViewType Type { get; } = type;

    internal static Affine Load(BinaryReader reader)
    {
        bool isDouble = reader.ReadBoolean(), isVector = reader.ReadBoolean();
        var dimensions = new int[reader.ReadInt32()];
        for (int i = 0; i < dimensions.Length; i++)
            dimensions[i] = reader.ReadInt32();
        var item = isDouble ? NumberDataViewType.Double : NumberDataViewType.Single;
        DataViewType type = isVector ? new VectorDataViewType(item, dimensions) : item;
        int slots = reader.ReadInt32();
        var values = new double[2 * slots];
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadDouble();
        return isDouble ? Make<double>() : Make<float>();

        Affine Make<T>()
            where T : struct, IBinaryFloatingPointIeee754<T> =>
            new Affine<T>(type, [.. values.Take(slots).Select(T.CreateTruncating)], [.. values.Skip(slots).Select(T.CreateTruncating)]);
    }

    internal abstract void Save(BinaryWriter writer);

    internal abstract Delegate MakeGetter(DataViewRow input, DataViewSchema.Column column);
}

internal sealed class Affine<T>(DataViewType type, T[] offsets, T[] scales) : Affine(type)
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    internal override void Save(BinaryWriter writer)
    {
        var dimensions = Type is VectorDataViewType vector ? vector.Dimensions : [];
        writer.Write(typeof(T) == typeof(double));
        writer.Write(Type is VectorDataViewType);
        writer.Write(dimensions.Length);
        foreach (int dimension in dimensions)
            writer.Write(dimension);
        writer.Write(offsets.Length);
        foreach (var value in offsets.Concat(scales))
            writer.Write(double.CreateTruncating(value));
    }

    internal override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            var scalar = input.GetGetter<T>(column);
            return (ValueGetter<T>)((ref T value) =>
            {
                scalar(ref value);
                value = (value - offsets[0]) * scales[0];
            });
        }
        var source = input.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
        {
            source(ref buffer);
            if (buffer.Length != offsets.Length)
                throw new InvalidOperationException($"Column '{column.Name}' has {buffer.Length} slots, but was normalized with {offsets.Length}.");
            var editor = VBufferEditor.Create(ref value, buffer.Length);
            buffer.CopyTo(editor.Values);
            for (int i = 0; i < offsets.Length; i++)
                editor.Values[i] = (editor.Values[i] - offsets[i]) * scales[i];
            value = editor.Commit();
        });
    }
}

internal abstract class AffineLearner
{
    internal abstract void Add();

    internal abstract Affine Finish(bool fixZero);
}

internal sealed class AffineLearner<T> : AffineLearner
    where T : struct, IBinaryFloatingPointIeee754<T>
{
    private readonly DataViewType _type;
    private readonly bool _byMoments;
    private readonly Action _read;
    private readonly T[] _values;
    private readonly T[] _min;
    private readonly T[] _max;
    private readonly long[] _count;
    private readonly long[] _zeros;
    private readonly double[] _mean;
    private readonly double[] _squares;

    internal AffineLearner(DataViewRow row, DataViewSchema.Column column, bool byMoments)
    {
        _type = column.Type;
        _byMoments = byMoments;
        int size = column.Type is VectorDataViewType vector ? vector.Size : 1;
        _values = new T[size];
        _min = [.. Enumerable.Repeat(T.PositiveInfinity, size)];
        _max = [.. Enumerable.Repeat(T.NegativeInfinity, size)];
        _count = new long[size];
        _zeros = new long[size];
        _mean = new double[size];
        _squares = new double[size];
        if (column.Type is VectorDataViewType)
        {
            var getter = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> buffer = default;
            _read = () =>
            {
                getter(ref buffer);
                buffer.CopyTo(_values);
            };
        }
        else
        {
            var getter = row.GetGetter<T>(column);
            _read = () => getter(ref _values[0]);
        }
    }

    // NaN is ignored by both, an infinity by the moments only: under min-max it makes the scale zero.
    internal override void Add()
    {
        _read();
        for (int i = 0; i < _values.Length; i++)
        {
            var value = _values[i];
            if (value < _min[i])
                _min[i] = value;
            if (value > _max[i])
                _max[i] = value;
            if (value == T.Zero)
                _zeros[i]++;
            if (value == T.Zero || !T.IsFinite(value))
                continue;
            double x = double.CreateTruncating(value), delta = x - _mean[i];
            _mean[i] += delta / ++_count[i];
            _squares[i] += delta * (x - _mean[i]);
        }
    }

    internal override Affine Finish(bool fixZero)
    {
        var offsets = new T[_values.Length];
        var scales = new T[_values.Length];
        for (int i = 0; i < _values.Length; i++)
        {
            AddZeros(i);
            if (_byMoments)
                (offsets[i], scales[i]) = ByMoments(_mean[i], _count[i] == 0 ? 0 : _squares[i] / _count[i], fixZero);
            else
                (offsets[i], scales[i]) = ByRange(_min[i], _max[i], fixZero);
        }
        return new Affine<T>(_type, offsets, scales);
    }

    // Zeros come last, all at once, as they do in the original, where most of a sparse vector is never visited.
    private void AddZeros(int i)
    {
        if (_zeros[i] == 0)
            return;
        _count[i] += _zeros[i];
        double delta = -_mean[i];
        _mean[i] += delta * _zeros[i] / _count[i];
        _squares[i] += delta * -_mean[i] * _zeros[i];
    }

    // A slot that never varies becomes zero, with zero fixed as without.
    private static (T Offset, T Scale) ByRange(T min, T max, bool fixZero)
    {
        if (!(max > min))
            return (T.Zero, T.Zero);
        if (fixZero)
            return (T.Zero, T.One / T.Max(T.Abs(max), T.Abs(min)));
        var scale = T.One / (max - min);
        return (scale == T.Zero ? T.Zero : min, scale);
    }

    // The variance is that of the population. With zero fixed the divisor is the root mean square.
    private static (T Offset, T Scale) ByMoments(double mean, double variance, bool fixZero)
    {
        if (variance == 0)
            return (T.Zero, T.Zero);
        var divisor = T.CreateTruncating(Math.Sqrt(fixZero ? variance + (mean * mean) : variance));
        return (fixZero ? T.Zero : T.CreateTruncating(mean), T.One / divisor);
    }
}
