namespace Microsoft.ML.StateSpace.Tasks;

/// <summary>
/// Softmax cross-entropy: <c>-w_c sum_j q_j log p_j</c> with p = softmax(logits), w the weight of the true class c,
/// and q = 1 - smoothing at c plus smoothing / classes everywhere (Szegedy et al. 2016, arXiv:1512.00567, section 7).
/// </summary>
internal sealed class CrossEntropyLoss(int classes, double smoothing, IReadOnlyList<double>? classWeights) : TaskLoss
{
    public override double Weight(TargetRows targets)
    {
        double sum = 0;
        foreach (int target in targets.Classes)
            sum += Weight(target);
        return sum;
    }

    public override double Value(ReadOnlySpan<float> outputs, TargetRows targets)
    {
        double sum = 0;
        for (int s = 0; s < targets.Classes.Length; s++)
        {
            int target = targets.Classes[s];
            if (target == TargetLayout.NoClass)
                continue;
            var row = outputs.Slice(s * classes, classes);
            double total = LogSumExp(row), mean = 0;
            foreach (float logit in row)
                mean += (total - logit) / classes;
            sum += Weight(target) * ((1 - smoothing) * (total - row[target]) + smoothing * mean);
        }
        return sum;
    }

    /// <summary>
    /// Assigns the derivative of that sum with respect to the logits, <c>w_c (p - q)</c>, times <paramref name="scale"/>.
    /// </summary>
    public override void Derivative(ReadOnlySpan<float> outputs, TargetRows targets, double scale, Span<float> gradient)
    {
        for (int s = 0; s < targets.Classes.Length; s++)
        {
            int label = targets.Classes[s];
            if (label == TargetLayout.NoClass)
            {
                gradient.Slice(s * classes, classes).Clear();
                continue;
            }
            var row = outputs.Slice(s * classes, classes);
            double total = LogSumExp(row), weight = scale * Weight(label);
            for (int j = 0; j < classes; j++)
            {
                double target = smoothing / classes + (j == label ? 1 - smoothing : 0);
                gradient[s * classes + j] = (float)(weight * (Math.Exp(row[j] - total) - target));
            }
        }
    }

    /// <summary>Replaces logits by class probabilities, in place: (rows, classes).</summary>
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

    private double Weight(int target) => target == TargetLayout.NoClass ? 0 : classWeights is null ? 1 : classWeights[target];

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
