// Mirrors Microsoft.ML.Transforms.MissingValueReplacingEstimator and MissingValueReplacingTransformer (package Microsoft.ML, assembly
// Microsoft.ML.Transforms) for the default value and the mean.
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(typeof(MissingValueReplacingTransformer), null, typeof(SignatureLoadModel), "", MissingValueReplacingTransformer.LoaderName)]

namespace Microsoft.ML.Transforms;

public sealed class MissingValueReplacingEstimator : IEstimator<MissingValueReplacingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly (string Output, string Input)[] _columns;
    private readonly ReplacementMode _mode;
    private readonly bool _bySlot;

    internal MissingValueReplacingEstimator(IHostEnvironment env, (string Output, string Input)[] columns, ReplacementMode mode, bool bySlot)
    {
        if (mode is not (ReplacementMode.DefaultValue or ReplacementMode.Mean))
            throw Unsupported.Member($"ReplaceMissingValues with ReplacementMode.{mode}");
        _env = env;
        _columns = columns;
        _mode = mode;
        _bySlot = bySlot;
    }

    public enum ReplacementMode : byte
    {
        DefaultValue = 0,
        Mean = 1,
        Minimum = 2,
        Maximum = 3,
        Mode = 5
    }

    public MissingValueReplacingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var sources = _columns.Select(c => input.Schema.GetColumnOrNull(c.Input) ?? throw ShapeChecks.Missing(c.Input, nameof(input))).ToArray();
        foreach (var source in sources)
            CheckType(source.Type.ItemTypeOrSelf(), source.Type);
        if (_mode == ReplacementMode.DefaultValue)
            return new(_env, _columns, [.. sources.Select(_ => new double[1])]);
        using var cursor = input.GetRowCursor(sources);
        var means = sources.Select(s => new Means(cursor, s, _bySlot)).ToArray();
        while (cursor.MoveNext())
        {
            foreach (var mean in means)
                mean.Add();
        }
        return new(_env, _columns, [.. means.Select(m => m.Finish())]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => ShapeChecks.Map(inputSchema, _columns, (source, name, _) =>
    {
        CheckType(source.ItemType, source.ItemType);
        return new(name, source.Kind, source.ItemType, false, new([
            .. ShapeChecks.Keep(source, AnnotationUtils.Kinds.SlotNames), .. ShapeChecks.Keep(source, AnnotationUtils.Kinds.IsNormalized)]));
    });

    internal static void CheckType(DataViewType item, DataViewType type)
    {
        if (item != NumberDataViewType.Single && item != NumberDataViewType.Double)
            throw new ArgumentOutOfRangeException("inputSchema", $"Type '{type}' is not supported by NAReplaceTransform since it doesn't have an NA value");
    }

    /// <summary>The mean over all slots, or one for each slot of a vector of known size. For Double it differs from the original's in the last digits.</summary>
    private sealed class Means
    {
        private readonly double[] _sums;
        private readonly long[] _counts;
        private readonly Action _read;

        internal Means(DataViewRow row, DataViewSchema.Column column, bool bySlot)
        {
            int size = bySlot && column.Type is VectorDataViewType { IsKnownSize: true } vector ? vector.Size : 1;
            _sums = new double[size];
            _counts = new long[size];
            _read = column.Type.ItemTypeOrSelf() == NumberDataViewType.Single ? Reader<float>(row, column) : Reader<double>(row, column);
        }

        internal void Add() => _read();

        internal double[] Finish() => [.. _sums.Select((sum, i) => _counts[i] == 0 ? 0 : sum / _counts[i])];

        private Action Reader<T>(DataViewRow row, DataViewSchema.Column column)
            where T : struct, IBinaryFloatingPointIeee754<T>
        {
            if (column.Type is not VectorDataViewType)
            {
                var scalar = row.GetGetter<T>(column);
                T value = default;
                return () =>
                {
                    scalar(ref value);
                    Count(0, double.CreateTruncating(value));
                };
            }
            var getter = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> values = default;
            return () =>
            {
                getter(ref values);
                int i = 0;
                foreach (var item in values.DenseValues())
                    Count(_sums.Length == 1 ? 0 : i++, double.CreateTruncating(item));
            };
        }

        private void Count(int slot, double value)
        {
            if (double.IsNaN(value))
                return;
            _sums[slot] += value;
            _counts[slot]++;
        }
    }
}

public sealed class MissingValueReplacingTransformer : OneToOneTransformerBase
{
    internal const string LoaderName = "NAReplaceTransform";

    private readonly double[][] _replacements;

    /// <param name="env">The environment.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="replacements">For each column one value, or one value for each slot.</param>
    internal MissingValueReplacingTransformer(IHostEnvironment env, (string Output, string Input)[] columns, double[][] replacements)
        : base(env.Register(nameof(MissingValueReplacingTransformer)), columns) => _replacements = replacements;

    private static VersionInfo Version => new("NAREPT F", 1, 1, 1, typeof(MissingValueReplacingTransformer).Assembly.GetName().Name, LoaderName);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx, ColumnPairs);
        foreach (var values in _replacements)
        {
            ctx.Writer.Write(values.Length);
            foreach (double value in values)
                ctx.Writer.Write(value);
        }
    }

    private static MissingValueReplacingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var columns = LoadColumns(ctx);
        var replacements = new double[columns.Length][];
        for (int i = 0; i < replacements.Length; i++)
        {
            replacements[i] = new double[ctx.Reader.ReadInt32()];
            for (int j = 0; j < replacements[i].Length; j++)
                replacements[i][j] = ctx.Reader.ReadDouble();
        }
        return new(env, columns, replacements);
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private sealed class Mapper : OneToOneMapperBase
    {
        private readonly double[][] _replacements;

        internal Mapper(MissingValueReplacingTransformer parent, DataViewSchema inputSchema)
            : base(parent, inputSchema)
        {
            _replacements = parent._replacements;
            for (int i = 0; i < InputColumns.Length; i++)
            {
                var source = InputColumns[i];
                MissingValueReplacingEstimator.CheckType(source.Type.ItemTypeOrSelf(), source.Type);
                int size = source.Type is VectorDataViewType vector ? vector.Size : 1;
                if (_replacements[i].Length != 1 && _replacements[i].Length != size)
                    throw new ArgumentOutOfRangeException(nameof(inputSchema), $"Schema mismatch for input column '{source.Name}': expected {_replacements[i].Length} slots, got {source.Type}");
            }
        }

        protected override DataViewSchema.DetachedColumn GetOutputColumn(int i, string name) =>
            new(name, InputColumns[i].Type, ShapeChecks.Keep(InputColumns[i], AnnotationUtils.Kinds.SlotNames, AnnotationUtils.Kinds.IsNormalized));

        protected override Delegate MakeGetter(DataViewRow input, int i) => InputColumns[i].Type.ItemTypeOrSelf() == NumberDataViewType.Single
            ? MakeGetter<float>(input, InputColumns[i], _replacements[i]) : MakeGetter<double>(input, InputColumns[i], _replacements[i]);

        private static Delegate MakeGetter<T>(DataViewRow input, DataViewSchema.Column column, double[] replacements)
            where T : struct, IBinaryFloatingPointIeee754<T>
        {
            if (column.Type is not VectorDataViewType)
            {
                var scalar = input.GetGetter<T>(column);
                return (ValueGetter<T>)((ref T value) =>
                {
                    scalar(ref value);
                    if (T.IsNaN(value))
                        value = T.CreateTruncating(replacements[0]);
                });
            }
            var getter = input.GetGetter<VBuffer<T>>(column);
            VBuffer<T> buffer = default;
            return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
            {
                getter(ref buffer);
                var editor = VBufferEditor.Create(ref value, buffer.Length);
                buffer.CopyTo(editor.Values);
                for (int i = 0; i < editor.Values.Length; i++)
                {
                    if (T.IsNaN(editor.Values[i]))
                        editor.Values[i] = T.CreateTruncating(replacements[replacements.Length == 1 ? 0 : i]);
                }
                value = editor.Commit();
            });
        }
    }
}
