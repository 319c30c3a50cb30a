// Stands for the counters of Microsoft.ML.Data.MulticlassClassificationEvaluator (internal there too).
namespace Microsoft.ML.Data;

/// <summary>What the multiclass metrics are made of, summed up row by row.</summary>
internal sealed class MulticlassCounts
{
    private const float Epsilon = 1e-15f;

    private readonly int _classCount;
    private readonly double[] _logLossOf;
    private readonly double[] _instancesOf;
    private readonly long[] _rankOfTruth;
    private readonly float[] _scores;
    private double _logLoss;
    private long _instances;

    internal MulticlassCounts(int classCount)
    {
        _classCount = classCount;
        _logLossOf = new double[classCount];
        _instancesOf = new double[classCount];
        _rankOfTruth = new long[classCount];
        _scores = new float[classCount];
        Confusion = [.. Enumerable.Range(0, classCount).Select(_ => new double[classCount])];
    }

    internal double[][] Confusion { get; }

    internal double LogLoss => _instances == 0 ? 0 : _logLoss / _instances;

    // Labels without a score count in the total only. The sign of a zero prior matters: one class alone gives plus infinity, as in the original.
    internal double LogLossReduction
    {
        get
        {
            double prior = -_instancesOf.Where(n => n > 0).Sum(n => n * Math.Log(n / _instances)) / _instances;
            return (prior - LogLoss) / prior;
        }
    }

    internal double MicroAccuracy => _instances == 0 ? 0 : (double)_rankOfTruth[0] / _instances;

    /// <summary>The mean of the recalls of the classes that occur.</summary>
    internal double MacroAccuracy
    {
        get
        {
            var recalls = Confusion.Select((row, i) => (Right: row[i], All: row.Sum())).Where(c => c.All > 0).Select(c => c.Right / c.All).ToArray();
            return recalls.Length == 0 ? 0 : recalls.Sum() / recalls.Length;
        }
    }

    internal double[] PerClassLogLoss => [.. _logLossOf.Select((loss, i) => _instancesOf[i] > 0 ? loss / _instancesOf[i] : 0)];

    internal double[] TopKAccuracies(int k)
    {
        var accuracies = new double[k];
        double sum = 0;
        for (int i = 0; i < k; i++)
            accuracies[i] = sum += (double)_rankOfTruth[i] / _instances;
        return accuracies;
    }

    /// <summary>A row without a label (missing, negative, not whole) or with a score that is not finite does not count.</summary>
    internal void Add(float label, in VBuffer<float> scores)
    {
        if (!(label >= 0) || label != MathF.Floor(label) || label > int.MaxValue)
            return;
        scores.CopyTo(_scores);
        foreach (float score in _scores)
        {
            if (!float.IsFinite(score))
                return;
        }
        int truth = (int)label;
        bool known = truth < _classCount;
        // Scores are taken for probabilities, clamped but not normalised. A label that has no score costs as much as a probability of zero.
        double loss = -Math.Log(known ? Math.Min(1, Math.Max(Epsilon, _scores[truth])) : Epsilon);
        _instances++;
        _logLoss += loss;
        if (!known)
            return;
        _instancesOf[truth]++;
        _logLossOf[truth] += loss;
        Confusion[truth][Array.IndexOf(_scores, _scores.Max())]++;
        // Ties rank by index, so the first class of the highest score is the prediction.
        int rank = 0;
        for (int i = 0; i < _classCount; i++)
        {
            if (_scores[i] > _scores[truth] || (_scores[i] == _scores[truth] && i < truth))
                rank++;
        }
        _rankOfTruth[rank]++;
    }
}
