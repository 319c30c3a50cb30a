// Stands for the aggregators of Microsoft.ML.Data.BinaryClassifierEvaluator (internal there too).
namespace Microsoft.ML.Data;

/// <summary>What the binary metrics are made of, summed up row by row; logarithms are of base two.</summary>
internal sealed class BinaryCounts
{
    private readonly List<(float Score, bool IsPositive)> _rows = [];
    private double _logLoss;

    /// <summary>By the true class, positive first.</summary>
    internal double[][] Confusion { get; } = [new double[2], new double[2]];

    internal double LogLoss => _logLoss / _rows.Count;

    internal double Entropy
    {
        get
        {
            double positive = Confusion[0].Sum() / _rows.Count;
            return positive is 0 or 1 ? 0 : -(positive * Math.Log(positive, 2)) - ((1 - positive) * Math.Log(1 - positive, 2));
        }
    }

    /// <summary>A row without a label or with a score that is not finite does not count. The probability is not looked at otherwise: zero costs infinity.</summary>
    internal void Add(float label, float score, float probability)
    {
        if (float.IsNaN(label) || !float.IsFinite(score))
            return;
        bool isPositive = label > 0;
        _rows.Add((score, isPositive));
        _logLoss -= Math.Log(isPositive ? probability : 1 - (double)probability, 2);
        // The prediction is the sign of the score; the column of predicted labels must exist but is never read.
        Confusion[isPositive ? 0 : 1][score > 0 ? 0 : 1]++;
    }

    /// <summary>The chance that a positive row has a higher score than a negative one; equal scores count half.</summary>
    internal double AreaUnderRocCurve()
    {
        double positives = Confusion[0].Sum(), negatives = Confusion[1].Sum();
        if (positives == 0)
            throw new ArgumentOutOfRangeException("PosSample", "AUC is not defined when there is no positive class in the data");
        if (negatives == 0)
            throw new ArgumentOutOfRangeException("NegSample", "AUC is not defined when there is no negative class in the data");
        double below = 0, area = 0;
        foreach (var group in _rows.GroupBy(r => r.Score).OrderBy(g => g.Key))
        {
            double up = group.Count(r => r.IsPositive), down = group.Count() - up;
            area += up * (below + (down / 2));
            below += down;
        }
        return area / (positives * negatives);
    }

    /// <summary>By trapezoids from precision one. Rows of equal score are not put together: their order in the data decides, as in the original.</summary>
    internal double AreaUnderPrecisionRecallCurve()
    {
        double positives = Confusion[0].Sum(), found = 0, seen = 0, area = 0, lastPrecision = 1, lastRecall = 0;
        foreach (var (_, isPositive) in _rows.OrderByDescending(r => r.Score))
        {
            seen++;
            if (isPositive)
                found++;
            double precision = found / seen, recall = found / positives;
            area += (recall - lastRecall) * (precision + lastPrecision) / 2;
            (lastPrecision, lastRecall) = (precision, recall);
        }
        return area;
    }
}
