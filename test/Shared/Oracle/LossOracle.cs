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

    public static double Squared(double[] outputs, double[] targets) => outputs.Zip(targets, (y, t) => 0.5 * (y - t) * (y - t)).Sum();
}
