namespace Microsoft.ML.StateSpace.Optimizers;

/// <summary>
/// Linear warm-up over W steps, <c>peak (s + 1) / W</c>, then a cosine that falls to zero at the last step S:
/// <c>peak (1 + cos(pi (s - W) / (S - W))) / 2</c> (Loshchilov and Hutter 2017, arXiv:1608.03983).
/// </summary>
internal sealed class CosineSchedule(double peak, long warmup, long steps)
{
    /// <summary>The learning rate of step <paramref name="step"/>, counted from 0.</summary>
    public double Rate(int step) => step < warmup
        ? peak * (step + 1) / warmup
        : 0.5 * peak * (1 + Math.Cos(Math.PI * Math.Min(1, (step - warmup) / (double)Math.Max(1, steps - warmup))));
}
