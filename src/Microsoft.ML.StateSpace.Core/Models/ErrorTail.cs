namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The upper tail of errors beyond a threshold, a generalised Pareto distribution <c>P(X - u > x) = (1 + k x / s)^(-1/k)</c>, as
/// extreme-value theory has it for nearly all distributions (Pickands 1975; for alerts in streams Siffer et al., KDD 2017). Shape k and
/// scale s are found from probability-weighted moments (Hosking and Wallis, Technometrics 1987). A shape below 0, a tail that ends, is
/// replaced by 0, the exponential tail, so that no error is impossible.
/// </summary>
internal sealed class ErrorTail
{
    /// <summary>The share of errors that make the tail, and the least and the most of them.</summary>
    private const double TailShare = 0.1;
    private const int Least = 10, Most = 1000;

    /// <param name="sorted">Errors in ascending order; at least one.</param>
    /// <param name="leastScale">The least scale of the tail.</param>
    public ErrorTail(double[] sorted, double leastScale)
    {
        Largest = sorted[^1];
        // Of few errors, at most the larger half is the tail; the one before it is the threshold.
        int count = Math.Min(Math.Clamp((int)(TailShare * sorted.Length), Least, Most), sorted.Length / 2);
        double threshold = sorted[Math.Max(0, sorted.Length - count - 1)], mean = 0, weighted = 0;
        for (int i = 0; i < count; i++)
        {
            double excess = sorted[sorted.Length - count + i] - threshold;
            mean += excess / count;
            weighted += (1 - (i + 0.65) / count) * excess / count;
        }
        double spread = mean - 2 * weighted;
        double shape = spread > 0 ? 2 - mean / spread : 0;
        (Shape, double scale) = shape > 0 ? (shape, 2 * mean * weighted / spread) : (0, mean);
        // A single error tells nothing of a tail.
        scale = count == 0 ? double.PositiveInfinity : Math.Max(scale, leastScale);
        // Beyond the largest error the distribution is again of this kind, with this scale.
        Scale = Shape > 0 ? scale + Shape * (Largest - threshold) : scale;
    }

    /// <summary>The largest error.</summary>
    public double Largest { get; }

    /// <summary>The shape of the tail, at least 0.</summary>
    public double Shape { get; }

    /// <summary>The scale of the tail beyond the largest error.</summary>
    public double Scale { get; }

    /// <summary>The probability of an error at least as large, given that it is beyond the largest one that was measured.</summary>
    public double ShareBeyond(double error)
    {
        double beyond = Math.Max(0, error - Largest);
        return Shape > 0 ? Math.Pow(1 + Shape * beyond / Scale, -1 / Shape) : Math.Exp(-beyond / Scale);
    }
}
