// Mirrors Evaluate and CrossValidate of Microsoft.ML.BinaryClassificationCatalog (package Microsoft.ML, assembly Microsoft.ML.Data).
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class BinaryClassificationCatalog
{
    public CalibratedBinaryClassificationMetrics Evaluate(
        IDataView data,
        string labelColumnName = "Label",
        string scoreColumnName = "Score",
        string probabilityColumnName = "Probability",
        string predictedLabelColumnName = "PredictedLabel")
    {
        EvaluationColumns.CheckNames(
            data,
            (labelColumnName, nameof(labelColumnName)),
            (scoreColumnName, nameof(scoreColumnName)),
            (probabilityColumnName, nameof(probabilityColumnName)),
            (predictedLabelColumnName, nameof(predictedLabelColumnName)));
        return new(Count(data, labelColumnName, scoreColumnName, probabilityColumnName, predictedLabelColumnName));
    }

    public BinaryClassificationMetrics EvaluateNonCalibrated(
        IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score", string predictedLabelColumnName = "PredictedLabel")
    {
        EvaluationColumns.CheckNames(
            data, (labelColumnName, nameof(labelColumnName)), (scoreColumnName, nameof(scoreColumnName)), (predictedLabelColumnName, nameof(predictedLabelColumnName)));
        return new(Count(data, labelColumnName, scoreColumnName, null, predictedLabelColumnName));
    }

    public IReadOnlyList<CrossValidationResult<CalibratedBinaryClassificationMetrics>> CrossValidate(
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = "Label",
        string samplingKeyColumnName = null,
        int? seed = null) => CrossValidate(data, estimator, numberOfFolds, labelColumnName, samplingKeyColumnName, seed, scored => Evaluate(scored, labelColumnName));

    public IReadOnlyList<CrossValidationResult<BinaryClassificationMetrics>> CrossValidateNonCalibrated(
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = "Label",
        string samplingKeyColumnName = null,
        int? seed = null) => CrossValidate(data, estimator, numberOfFolds, labelColumnName, samplingKeyColumnName, seed, scored => EvaluateNonCalibrated(scored, labelColumnName));

    private static BinaryCounts Count(IDataView data, string labelName, string scoreName, string probabilityName, string predictedName)
    {
        DataViewSchema.Column? probability = probabilityName is null ? null : EvaluationColumns.Find(data.Schema, probabilityName, "Probability");
        var label = EvaluationColumns.Find(data.Schema, labelName, "Label");
        var score = EvaluationColumns.Find(data.Schema, scoreName, "Score");
        EvaluationColumns.Find(data.Schema, predictedName, "PredictedLabel");
        EvaluationColumns.CheckType(score, score.Type == NumberDataViewType.Single, "score", "Single");
        EvaluationColumns.CheckType(
            label,
            label.Type == NumberDataViewType.Single || label.Type == NumberDataViewType.Double || label.Type is BooleanDataViewType or KeyDataViewType { Count: 2 },
            "label",
            "Single, Double, Boolean, or a Key with cardinality 2");
        if (probability is { } column)
            EvaluationColumns.CheckType(column, column.Type == NumberDataViewType.Single, "probability", "Single");

        var counts = new BinaryCounts();
        using var cursor = data.GetRowCursor(probability is { } p ? [label, score, p] : [label, score]);
        var readLabel = EvaluationColumns.LabelReader(cursor, label);
        var readScore = cursor.GetGetter<float>(score);
        var readProbability = probability is { } q ? cursor.GetGetter<float>(q) : (ref float value) => value = float.NaN;
        float rowScore = 0, rowProbability = 0;
        while (cursor.MoveNext())
        {
            readScore(ref rowScore);
            readProbability(ref rowProbability);
            counts.Add(readLabel(), rowScore, rowProbability);
        }
        return counts;
    }
}
