// Mirrors Microsoft.ML.Data.RegressionMetrics (package Microsoft.ML, assembly Microsoft.ML.Data).
namespace Microsoft.ML.Data;

public sealed class RegressionMetrics
{
    internal RegressionMetrics(RegressionCounts counts)
    {
        MeanAbsoluteError = counts.MeanAbsoluteError;
        MeanSquaredError = counts.MeanSquaredError;
        RootMeanSquaredError = Math.Sqrt(MeanSquaredError);
        LossFunction = counts.Loss;
        RSquared = counts.RSquared;
    }

    public double MeanAbsoluteError { get; }

    public double MeanSquaredError { get; }

    public double RootMeanSquaredError { get; }

    public double LossFunction { get; }

    public double RSquared { get; }
}

// Stands for the counters of Microsoft.ML.Data.RegressionEvaluator (internal there too).
internal sealed class RegressionCounts
{
    private long _count;
    private double _absolute;
    private double _squared;
    private double _loss;
    private double _labels;
    private double _squaredLabels;

    internal double MeanAbsoluteError => Mean(_absolute);

    internal double MeanSquaredError => Mean(_squared);

    /// <summary>The squared loss: as the mean squared error, but from squares rounded to Single.</summary>
    internal double Loss => Mean(_loss);

    // From the sum of squares, which are rounded to Single: a label that hardly varies gives a value far from what one would expect.
    internal double RSquared
    {
        get
        {
            if (_count == 0)
                return 0;
            double variance = _squaredLabels - (_labels * _labels / _count);
            return variance == 0 ? double.NaN : 1 - (_squared / variance);
        }
    }

    /// <summary>A row without a label or without a score does not count; infinities do.</summary>
    internal void Add(float label, float score)
    {
        if (float.IsNaN(label) || float.IsNaN(score))
            return;
        _count++;
        double error = Math.Abs((double)label - score);
        _absolute += error;
        _squared += error * error;
        float difference = score - label;
        _loss += difference * difference;
        _labels += label;
        _squaredLabels += label * label;
    }

    private double Mean(double sum) => _count == 0 ? 0 : sum / _count;
}
