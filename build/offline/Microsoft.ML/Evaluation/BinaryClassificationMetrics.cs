// Mirrors Microsoft.ML.Data.BinaryClassificationMetrics and CalibratedBinaryClassificationMetrics (package Microsoft.ML, assembly Microsoft.ML.Data).
namespace Microsoft.ML.Data;

public class BinaryClassificationMetrics
{
    internal BinaryClassificationMetrics(BinaryCounts counts)
    {
        AreaUnderRocCurve = counts.AreaUnderRocCurve();
        AreaUnderPrecisionRecallCurve = counts.AreaUnderPrecisionRecallCurve();
        ConfusionMatrix = new(counts.Confusion, ["positive", "negative"], isBinary: true);
        Accuracy = (counts.Confusion[0][0] + counts.Confusion[1][1]) / counts.Confusion.Sum(row => row.Sum());
        PositivePrecision = ConfusionMatrix.PerClassPrecision[0];
        PositiveRecall = ConfusionMatrix.PerClassRecall[0];
        NegativePrecision = ConfusionMatrix.PerClassPrecision[1];
        NegativeRecall = ConfusionMatrix.PerClassRecall[1];
        // Zero, not NaN, where no row was predicted positive rightly.
        F1Score = PositivePrecision + PositiveRecall > 0 ? 2 * PositivePrecision * PositiveRecall / (PositivePrecision + PositiveRecall) : 0;
    }

    public double AreaUnderRocCurve { get; }

    public double Accuracy { get; }

    public double PositivePrecision { get; }

    public double PositiveRecall { get; }

    public double NegativePrecision { get; }

    public double NegativeRecall { get; }

    public double F1Score { get; }

    public double AreaUnderPrecisionRecallCurve { get; }

    public ConfusionMatrix ConfusionMatrix { get; }
}

public sealed class CalibratedBinaryClassificationMetrics : BinaryClassificationMetrics
{
    internal CalibratedBinaryClassificationMetrics(BinaryCounts counts)
        : base(counts)
    {
        LogLoss = counts.LogLoss;
        Entropy = counts.Entropy;
        LogLossReduction = (Entropy - LogLoss) / Entropy;
    }

    public double LogLoss { get; }

    public double LogLossReduction { get; }

    public double Entropy { get; }
}
