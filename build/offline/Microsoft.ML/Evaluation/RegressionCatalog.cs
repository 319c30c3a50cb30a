// Mirrors Evaluate and CrossValidate of Microsoft.ML.RegressionCatalog (package Microsoft.ML, assembly Microsoft.ML.Data).
using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class RegressionCatalog
{
    public RegressionMetrics Evaluate(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score")
    {
        EvaluationColumns.CheckNames(data, (labelColumnName, nameof(labelColumnName)), (scoreColumnName, nameof(scoreColumnName)));
        var label = EvaluationColumns.Find(data.Schema, labelColumnName, "Label");
        var score = EvaluationColumns.Find(data.Schema, scoreColumnName, "Score");
        EvaluationColumns.CheckType(score, score.Type == NumberDataViewType.Single, "score", "Single");
        EvaluationColumns.CheckType(label, label.Type == NumberDataViewType.Single, "label", "Single");

        var counts = new RegressionCounts();
        using var cursor = data.GetRowCursor([label, score]);
        var readLabel = cursor.GetGetter<float>(label);
        var readScore = cursor.GetGetter<float>(score);
        float rowLabel = 0, rowScore = 0;
        while (cursor.MoveNext())
        {
            readLabel(ref rowLabel);
            readScore(ref rowScore);
            counts.Add(rowLabel, rowScore);
        }
        return new(counts);
    }

    public IReadOnlyList<CrossValidationResult<RegressionMetrics>> CrossValidate(
        IDataView data,
        IEstimator<ITransformer> estimator,
        int numberOfFolds = 5,
        string labelColumnName = "Label",
        string samplingKeyColumnName = null,
        int? seed = null) => CrossValidate(data, estimator, numberOfFolds, labelColumnName, samplingKeyColumnName, seed, scored => Evaluate(scored, labelColumnName));
}
