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
        // The harmonic mean in this form is zero, not NaN, where nothing was predicted positive.
        F1Score = 2 / ((1 / PositiveRecall) + (1 / PositivePrecision));
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
