using Microsoft.ML.AutoML;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>
/// The log-loss that a classifier would have if its confidence were right: the smallest over all temperatures T of its probabilities,
/// <c>p^(1/T)</c> made to sum to 1 again (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, arXiv:1706.04599). It tells
/// networks apart by how well they tell classes apart, more finely than accuracy does, where the plain log-loss of networks that learnt
/// from smoothed labels mostly tells how much too modest they are. For
/// <see cref="SequenceHalvingOptions.Metric"/>.
/// </summary>
/// <param name="labelColumnName">The true class: a key column. Rows without one do not count.</param>
/// <param name="scoreColumnName">The probabilities of the classes.</param>
public sealed class CalibratedLogLossMetricManager(
    string labelColumnName = "Label", string scoreColumnName = "Score") : IEvaluateMetricManager
{
    private const double LeastProbability = 1e-30;
    private const double LargestExponent = 16; // of 1 / T, as of T: classes that are told apart without an error have no smallest loss
    private const int Halvings = 40;

    /// <inheritdoc/>
    public bool IsMaximize => false;

    /// <inheritdoc/>
    public string MetricName => "CalibratedLogLoss";

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The label is no key, the scores are no vector of Single, or no row has a
    /// label.</exception>
    public double Evaluate(MLContext context, IDataView eval)
    {
        ArgumentNullException.ThrowIfNull(eval);
        var rows = Read(eval);
        // The loss is convex in 1 / T; its slope changes sign where it is smallest. Halved in the logarithm, for both ends are as far away.
        double low = -Math.Log(LargestExponent), high = -low;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Loss(rows, Math.Exp(middle)).Slope > 0 ? (low, middle) : (middle, high);
        }
        return Loss(rows, Math.Exp((low + high) / 2)).Value;
    }

    /// <summary>Mean of <c>log sum exp(b log p) - b log p_label</c>, and its derivative with respect to b = 1 / T.</summary>
    private static (double Value, double Slope) Loss(List<(double[] Logits, int Label)> rows, double inverseTemperature)
    {
        double value = 0, slope = 0;
        foreach (var (logits, label) in rows)
        {
            double largest = logits.Max(), sum = 0, weighted = 0;
            foreach (double logit in logits)
            {
                double weight = Math.Exp(inverseTemperature * (logit - largest));
                sum += weight;
                weighted += weight * logit;
            }
            value += Math.Log(sum) + inverseTemperature * (largest - logits[label]);
            slope += weighted / sum - logits[label];
        }
        return (value / rows.Count, slope / rows.Count);
    }

    private List<(double[] Logits, int Label)> Read(IDataView eval)
    {
        if (eval.Schema.GetColumnOrNull(labelColumnName) is not { Type: KeyDataViewType } label)
            throw new InvalidOperationException(
                $"The calibrated log-loss needs a key column '{labelColumnName}': map the label to a key, or name its column in "
                + $"{nameof(labelColumnName)}.");
        if (eval.Schema.GetColumnOrNull(scoreColumnName) is not { Type: VectorDataViewType { ItemType: NumberDataViewType number } } score
            || number != NumberDataViewType.Single)
            throw new InvalidOperationException(
                $"The calibrated log-loss needs a column '{scoreColumnName}', a vector of Single with the probability of each class.");
        using var cursor = eval.GetRowCursor([label, score]);
        var readLabel = cursor.GetGetter<uint>(label);
        var readScore = cursor.GetGetter<VBuffer<float>>(score);
        var rows = new List<(double[], int)>();
        VBuffer<float> probabilities = default;
        uint key = 0;
        while (cursor.MoveNext())
        {
            readLabel(ref key);
            readScore(ref probabilities);
            if (key > 0)
                rows.Add(([.. probabilities.DenseValues().Select(p => Math.Log(Math.Max(p, LeastProbability)))], (int)key - 1));
        }
        return rows.Count > 0
            ? rows
            : throw new InvalidOperationException(
                $"The calibrated log-loss needs rows with a label, but no row has one in '{labelColumnName}'.");
    }
}
