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

    private readonly double _largest, _shape, _scale, _excess;

    /// <param name="sorted">Errors in ascending order; at least one.</param>
    /// <param name="leastScale">The least scale of the tail.</param>
    public ErrorTail(double[] sorted, double leastScale)
    {
        _largest = sorted[^1];
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
        (_shape, _scale) = shape > 0 ? (shape, 2 * mean * weighted / spread) : (0, mean);
        // A single error tells nothing of a tail.
        _scale = count == 0 ? double.PositiveInfinity : Math.Max(_scale, leastScale);
        _excess = _largest - threshold;
    }

    /// <summary>The probability of an error at least as large, given that it is beyond the largest one that was measured.</summary>
    public double ShareBeyond(double error)
    {
        double beyond = Math.Max(0, error - _largest);
        return _shape > 0 ? Math.Pow(1 + _shape * beyond / (_scale + _shape * _excess), -1 / _shape) : Math.Exp(-beyond / _scale);
    }
}
