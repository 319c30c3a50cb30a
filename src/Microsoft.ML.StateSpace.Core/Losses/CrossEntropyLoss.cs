namespace Microsoft.ML.StateSpace.Losses;

/// <summary>
/// Softmax cross-entropy: <c>-w_c sum_j q_j log p_j</c> with p = softmax(logits), w the weight of the true class c,
/// and q = 1 - smoothing at c plus smoothing / classes everywhere (Szegedy et al. 2016, arXiv:1512.00567, section 7).
/// </summary>
internal sealed class CrossEntropyLoss(int classes, double smoothing, IReadOnlyList<double>? classWeights)
{
    /// <summary>The weight of the class <paramref name="label"/>. The loss of a batch is divided by the sum of these weights.</summary>
    public double Weight(int label) => classWeights is null ? 1 : classWeights[label];

    /// <summary>The sum of the losses of some sequences; logits are (sequences, classes).</summary>
    public double Value(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels)
    {
        double sum = 0;
        for (int s = 0; s < labels.Length; s++)
        {
            var row = logits.Slice(s * classes, classes);
            double total = LogSumExp(row), mean = 0;
            foreach (float logit in row)
                mean += (total - logit) / classes;
            sum += Weight(labels[s]) * ((1 - smoothing) * (total - row[labels[s]]) + smoothing * mean);
        }
        return sum;
    }

    /// <summary>
    /// Assigns the derivative of that sum with respect to the logits, <c>w_c (p - q)</c>, times <paramref name="scale"/>.
    /// </summary>
    public void Derivative(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, double scale, Span<float> gradient)
    {
        for (int s = 0; s < labels.Length; s++)
        {
            var row = logits.Slice(s * classes, classes);
            double total = LogSumExp(row), weight = scale * Weight(labels[s]);
            for (int j = 0; j < classes; j++)
            {
                double target = smoothing / classes + (j == labels[s] ? 1 - smoothing : 0);
                gradient[s * classes + j] = (float)(weight * (Math.Exp(row[j] - total) - target));
            }
        }
    }

    /// <summary>Replaces logits by class probabilities, in place: (sequences, classes).</summary>
    public static void Softmax(Span<float> logits, int classes)
    {
        for (int start = 0; start < logits.Length; start += classes)
        {
            var row = logits.Slice(start, classes);
            double total = LogSumExp(row);
            foreach (ref float value in row)
                value = (float)Math.Exp(value - total);
        }
    }

    private static double LogSumExp(ReadOnlySpan<float> row)
    {
        double max = double.NegativeInfinity, sum = 0;
        foreach (float value in row)
            max = Math.Max(max, value);
        foreach (float value in row)
            sum += Math.Exp(value - max);
        return max + Math.Log(sum);
    }
}
