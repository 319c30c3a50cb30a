using System.Numerics;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.AutoML.Trials;

/// <summary>
/// What ML.NET's own evaluators are shown of scored rows. They take one number or one class a row, so answers that are vectors become rows
/// of their own, under the same column names: one for each value, or one for each time step that has a tag.
/// </summary>
internal static class EvaluationView
{
    /// <summary>The scored rows, as an evaluator of ML.NET's takes them.</summary>
    /// <param name="context">The context.</param>
    /// <param name="scored">What the pipeline answers to the validation data.</param>
    /// <param name="columns">The columns of its last state-space step; <see langword="null"/> where it has none.</param>
    /// <param name="metricName">The metric of the experiment, by AutoML's name.</param>
    public static IDataView Create(MLContext context, IDataView scored, AnswerColumns? columns, string metricName)
    {
        if (columns is null || scored.Schema.GetColumnOrNull(columns.Target) is not { Type: VectorDataViewType type } target)
            return scored;
        return type.ItemType switch
        {
            KeyDataViewType tags when columns.PredictedLabel is { } predicted && IsOf<MulticlassClassificationMetric>(metricName)
                => Tags(context, scored, target, columns.Score, predicted, tags),
            NumberDataViewType number when number == NumberDataViewType.Single && IsOf<RegressionMetric>(metricName)
                => Values(context, scored, target, columns.Score),
            _ => scored,
        };
    }

    private static bool IsOf<TMetric>(string name)
        where TMetric : struct, Enum => Enum.TryParse<TMetric>(name, out _);

    private static IDataView Values(MLContext context, IDataView scored, DataViewSchema.Column target, string scoreColumn)
    {
        var score = scored.Schema[scoreColumn];
        var schema = SchemaDefinition.Create(typeof(ValueRow));
        schema[nameof(ValueRow.Target)].ColumnName = target.Name;
        schema[nameof(ValueRow.Score)].ColumnName = score.Name;
        using var cursor = scored.GetRowCursor([target, score]);
        var (readTargets, readScores) = (Reader<float, float>(cursor, target), Reader<float, float>(cursor, score));
        var rows = new List<ValueRow>();
        while (cursor.MoveNext())
        {
            float[] targets = readTargets(), scores = readScores();
            RequireSame(cursor, target, targets.Length, score, scores.Length);
            rows.AddRange(targets.Zip(scores, (actual, value) => new ValueRow { Target = actual, Score = value }));
        }
        return context.Data.LoadFromEnumerable(rows, schema);
    }

    private static IDataView Tags(
        MLContext context, IDataView scored, DataViewSchema.Column target, string scoreColumn, string predictedColumn, KeyDataViewType tags)
    {
        var (score, predicted) = (scored.Schema[scoreColumn], scored.Schema[predictedColumn]);
        var answers = (KeyDataViewType)((VectorDataViewType)predicted.Type).ItemType;
        int classes = (int)answers.Count;
        var schema = SchemaDefinition.Create(typeof(TagRow));
        Define(schema[nameof(TagRow.Target)], target.Name, new KeyDataViewType(typeof(uint), tags.Count));
        Define(schema[nameof(TagRow.Predicted)], predicted.Name, answers);
        Define(schema[nameof(TagRow.Score)], score.Name, new VectorDataViewType(NumberDataViewType.Single, classes));
        using var cursor = scored.GetRowCursor([target, score, predicted]);
        var (readTargets, readPredicted) = (Keys(cursor, target, tags.RawType), Reader<uint, uint>(cursor, predicted));
        var readScores = Reader<float, float>(cursor, score);
        var rows = new List<TagRow>();
        while (cursor.MoveNext())
        {
            uint[] actual = readTargets(), guesses = readPredicted();
            float[] probabilities = readScores();
            RequireSame(cursor, target, actual.Length, predicted, guesses.Length);
            for (int t = 0; t < actual.Length; t++)
            {
                if (actual[t] > 0)
                    rows.Add(
                        new()
                        {
                            Target = FromKey(actual[t]), Predicted = FromKey(guesses[t]),
                            Score = probabilities[(t * classes)..((t + 1) * classes)],
                        });
            }
        }
        return context.Data.LoadFromEnumerable(rows, schema);
    }

    private static void RequireSame(
        DataViewRow row, DataViewSchema.Column target, int targets, DataViewSchema.Column answer, int answers)
    {
        if (targets != answers)
            throw new InvalidOperationException(
                $"Row {row.Position} of the validation data: column '{target.Name}' holds {targets} targets, and the answer in column "
                + $"'{answer.Name}' {answers}. Every answer needs its target.");
    }

    // In a row of a class, a key counts from 0, and what is beyond the last one is the missing key.
    private static uint FromKey(uint key) => unchecked(key - 1);

    private static void Define(SchemaDefinition.Column column, string name, DataViewType type)
        => (column.ColumnName, column.ColumnType) = (name, type);

    private static Func<uint[]> Keys(DataViewRowCursor cursor, DataViewSchema.Column column, Type raw)
        => raw == typeof(byte) ? Reader<byte, uint>(cursor, column)
            : raw == typeof(ushort) ? Reader<ushort, uint>(cursor, column)
            : raw == typeof(uint) ? Reader<uint, uint>(cursor, column)
            : Reader<ulong, uint>(cursor, column);

    private static Func<TResult[]> Reader<TStored, TResult>(DataViewRowCursor cursor, DataViewSchema.Column column)
        where TStored : INumberBase<TStored>
        where TResult : INumberBase<TResult>
    {
        var read = cursor.GetGetter<VBuffer<TStored>>(column);
        VBuffer<TStored> buffer = default;
        return () =>
        {
            read(ref buffer);
            return [.. buffer.DenseValues().Select(TResult.CreateChecked)];
        };
    }

    private sealed class ValueRow
    {
        public float Target { get; set; }

        public float Score { get; set; }
    }

    private sealed class TagRow
    {
        public uint Target { get; set; }

        public uint Predicted { get; set; }

        public float[] Score { get; set; } = [];
    }
}
