// Stands for the internal metric managers of Microsoft.ML.AutoML: one metric of ML.NET's evaluators each.
namespace Microsoft.ML.AutoML;

internal sealed class BinaryMetricManager(
    BinaryClassificationMetric metric, string labelColumn, string predictedColumn) : IEvaluateMetricManager
{
    public bool IsMaximize => true;

    public string MetricName => metric.ToString();

    public double Evaluate(MLContext context, IDataView eval)
    {
        var metrics = context.BinaryClassification.EvaluateNonCalibrated(
            eval, labelColumnName: labelColumn, predictedLabelColumnName: predictedColumn);
        return metric switch
        {
            BinaryClassificationMetric.Accuracy => metrics.Accuracy,
            BinaryClassificationMetric.AreaUnderRocCurve => metrics.AreaUnderRocCurve,
            BinaryClassificationMetric.AreaUnderPrecisionRecallCurve => metrics.AreaUnderPrecisionRecallCurve,
            BinaryClassificationMetric.F1Score => metrics.F1Score,
            BinaryClassificationMetric.PositivePrecision => metrics.PositivePrecision,
            BinaryClassificationMetric.PositiveRecall => metrics.PositiveRecall,
            BinaryClassificationMetric.NegativePrecision => metrics.NegativePrecision,
            BinaryClassificationMetric.NegativeRecall => metrics.NegativeRecall,
            _ => throw new NotImplementedException(),
        };
    }
}

internal sealed class MulticlassMetricManager(
    MulticlassClassificationMetric metric, string labelColumn, string predictedColumn) : IEvaluateMetricManager
{
    // The original treats a small LogLossReduction as a good one, although a large one is. This does the same.
    public bool IsMaximize => metric is not (MulticlassClassificationMetric.LogLoss or MulticlassClassificationMetric.LogLossReduction);

    public string MetricName => metric.ToString();

    public double Evaluate(MLContext context, IDataView eval)
    {
        var metrics =
            context.MulticlassClassification.Evaluate(eval, labelColumnName: labelColumn, predictedLabelColumnName: predictedColumn);
        return metric switch
        {
            MulticlassClassificationMetric.MicroAccuracy => metrics.MicroAccuracy,
            MulticlassClassificationMetric.MacroAccuracy => metrics.MacroAccuracy,
            MulticlassClassificationMetric.LogLoss => metrics.LogLoss,
            MulticlassClassificationMetric.LogLossReduction => metrics.LogLossReduction,
            MulticlassClassificationMetric.TopKAccuracy => metrics.TopKAccuracy,
            _ => throw new NotImplementedException(),
        };
    }
}

internal sealed class RegressionMetricManager(RegressionMetric metric, string labelColumn, string scoreColumn) : IEvaluateMetricManager
{
    public bool IsMaximize => metric == RegressionMetric.RSquared;

    public string MetricName => metric.ToString();

    public double Evaluate(MLContext context, IDataView eval)
    {
        var metrics = context.Regression.Evaluate(eval, labelColumn, scoreColumn);
        return metric switch
        {
            RegressionMetric.MeanAbsoluteError => metrics.MeanAbsoluteError,
            RegressionMetric.MeanSquaredError => metrics.MeanSquaredError,
            RegressionMetric.RootMeanSquaredError => metrics.RootMeanSquaredError,
            RegressionMetric.RSquared => metrics.RSquared,
            _ => throw new NotImplementedException(),
        };
    }
}
