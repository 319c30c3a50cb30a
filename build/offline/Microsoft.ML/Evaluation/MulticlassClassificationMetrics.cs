// Mirrors Microsoft.ML.Data.MulticlassClassificationMetrics (package Microsoft.ML, assembly Microsoft.ML.Data).
namespace Microsoft.ML.Data;

public sealed class MulticlassClassificationMetrics
{
    internal MulticlassClassificationMetrics(MulticlassCounts counts, string[] classNames, int topKPredictionCount)
    {
        LogLoss = counts.LogLoss;
        LogLossReduction = counts.LogLossReduction;
        MacroAccuracy = counts.MacroAccuracy;
        MicroAccuracy = counts.MicroAccuracy;
        PerClassLogLoss = counts.PerClassLogLoss;
        TopKPredictionCount = topKPredictionCount;
        TopKAccuracyForAllK = topKPredictionCount == 0 ? null : counts.TopKAccuracies(topKPredictionCount);
        TopKAccuracy = TopKAccuracyForAllK?[^1] ?? 0;
        ConfusionMatrix = new(counts.Confusion, classNames, isBinary: false);
    }

    public double LogLoss { get; }

    public double LogLossReduction { get; }

    public double MacroAccuracy { get; }

    public double MicroAccuracy { get; }

    public double TopKAccuracy { get; }

    public int TopKPredictionCount { get; }

    public IReadOnlyList<double> TopKAccuracyForAllK { get; }

    public IReadOnlyList<double> PerClassLogLoss { get; }

    public ConfusionMatrix ConfusionMatrix { get; }
}
