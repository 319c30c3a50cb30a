// Mirrors Evaluate and CrossValidate of Microsoft.ML.MulticlassClassificationCatalog (package Microsoft.ML, assembly Microsoft.ML.Data).
using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class MulticlassClassificationCatalog
{
    public MulticlassClassificationMetrics Evaluate(
        IDataView data,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel",
        int topKPredictionCount = 0)
    {
        EvaluationColumns.CheckNames(
            data, (labelColumnName, nameof(labelColumnName)), (scoreColumnName, nameof(scoreColumnName)), (predictedLabelColumnName, nameof(predictedLabelColumnName)));
        if (topKPredictionCount < 0)
            throw new ArgumentOutOfRangeException(nameof(topKPredictionCount), "Must be non-negative");
        var label = EvaluationColumns.Find(data.Schema, labelColumnName, "Label");
        var score = EvaluationColumns.Find(data.Schema, scoreColumnName, "Score");
        // It must be there, but it is not read: what counts as predicted is the highest score.
        EvaluationColumns.Find(data.Schema, predictedLabelColumnName, "PredictedLabel");
        var scores = score.Type as VectorDataViewType;
        EvaluationColumns.CheckType(score, scores is { Size: >= 2, ItemType: var item } && item == NumberDataViewType.Single, "score", "vector of two or more items of type Single");
        EvaluationColumns.CheckType(label, label.Type == NumberDataViewType.Single || label.Type is KeyDataViewType, "label", "Single or Key");

        var counts = new MulticlassCounts(scores.Size);
        using (var cursor = data.GetRowCursor([label, score]))
        {
            var readLabel = EvaluationColumns.LabelReader(cursor, label);
            var readScore = cursor.GetGetter<VBuffer<float>>(score);
            VBuffer<float> row = default;
            while (cursor.MoveNext())
            {
                readScore(ref row);
                counts.Add(readLabel(), row);
            }
        }
        return new(counts, ClassNames(score, scores.Size), topKPredictionCount);
    }

    public IReadOnlyList<CrossValidationResult<MulticlassClassificationMetrics>> CrossValidate(
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = "Label",
        string samplingKeyColumnName = null,
        int? seed = null) => CrossValidate(data, estimator, numberOfFolds, labelColumnName, samplingKeyColumnName, seed, scored => Evaluate(scored, labelColumnName));

    private static string[] ClassNames(DataViewSchema.Column score, int count)
    {
        var names = new string[count];
        if (score.HasSlotNames())
        {
            VBuffer<ReadOnlyMemory<char>> slots = default;
            score.GetSlotNames(ref slots);
            names = [.. slots.DenseValues().Select(name => name.ToString())];
        }
        return [.. names.Select((name, i) => string.IsNullOrEmpty(name) ? i.ToString(CultureInfo.InvariantCulture) : name)];
    }
}
