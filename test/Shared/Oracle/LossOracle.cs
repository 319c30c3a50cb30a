namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>The losses of one sequence.</summary>
internal static class LossOracle
{
    /// <summary><c>-w_c sum_j q_j log p_j</c> with q the smoothed one-hot target.</summary>
    public static double CrossEntropy(double[] logits, int label, double smoothing = 0, double weight = 1)
    {
        double[] logP = LogSoftmax(logits);
        double sum = 0;
        for (int j = 0; j < logits.Length; j++)
            sum -= ((j == label ? 1 - smoothing : 0) + smoothing / logits.Length) * logP[j];
        return weight * sum;
    }

    public static double[] LogSoftmax(double[] logits)
    {
        double total = Math.Log(logits.Sum(Math.Exp));
        return [.. logits.Select(logit => logit - total)];
    }

    /// <summary>The loss of all rows: cross-entropy where there are classes, else squared.</summary>
    public static double Of(double[] outputs, ReadOnlySpan<int> classes, double[] targets)
    {
        if (classes.IsEmpty)
            return Squared(outputs, targets);
        double sum = 0;
        int width = outputs.Length / classes.Length;
        for (int row = 0; row < classes.Length; row++)
            sum += CrossEntropy(outputs[(row * width)..((row + 1) * width)], classes[row]);
        return sum;
    }

    /// <summary>The loss of one error, before it is weighted.</summary>
    public static double Value(ValueLossKind kind, double error, double threshold, double quantile) => kind switch
    {
        ValueLossKind.Squared => error * error / 2,
        ValueLossKind.Absolute => Math.Max(error, -error),
        ValueLossKind.Huber when error > threshold => threshold * (error - threshold / 2),
        ValueLossKind.Huber when error < -threshold => threshold * (-error - threshold / 2),
        ValueLossKind.Huber => error * error / 2,
        _ => Math.Max((1 - quantile) * error, -quantile * error),
    };

    public static double Squared(double[] outputs, double[] targets) => outputs.Zip(targets, (y, t) => 0.5 * (y - t) * (y - t)).Sum();
}
