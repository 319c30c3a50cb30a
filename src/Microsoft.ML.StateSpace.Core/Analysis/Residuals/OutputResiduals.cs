namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The tests of the residuals of one output.</summary>
/// <param name="Count">Time steps with a known target, N.</param>
/// <param name="Mean">The mean of the residuals, in the unit of the target.</param>
/// <param name="StandardDeviation">Their standard deviation, in the unit of the target.</param>
/// <param name="Autocorrelation">
/// The correlation of the residuals with themselves at the lags 0 to M; all are 0 where the residuals do not vary.
/// </param>
/// <param name="Bound">
/// What the autocorrelation of white residuals exceeds at one lag with a probability of 1 %: <c>2.58 / sqrt(N)</c>.
/// </param>
/// <param name="LjungBox">
/// The portmanteau statistic <c>N (N + 2) sum of r_k^2 / (N - k)</c> over the lags 1 to M (Ljung and Box, Biometrika 65, 1978).
/// </param>
/// <param name="LjungBoxPValue">
/// The probability that white residuals have a larger one: the upper tail of chi-square with M degrees of freedom.
/// </param>
/// <param name="Inputs">The correlation with each input.</param>
public sealed record OutputResiduals(
    long Count, double Mean, double StandardDeviation, IReadOnlyList<double> Autocorrelation, double Bound, double LjungBox,
    double LjungBoxPValue, IReadOnlyList<InputCorrelation> Inputs)
{
    internal const double Significance = 0.01;

    /// <summary>Whether the residuals pass for white: the p-value of the portmanteau test is at least 1 %.</summary>
    public bool IsWhite => LjungBoxPValue >= Significance;

    /// <summary>Whether the residuals pass for independent of the present and the past of every input.</summary>
    public bool IsIndependent => Inputs.All(input => input.IsIndependent);

    /// <summary>How many of the lags 1 to M have an autocorrelation beyond <see cref="Bound"/>.</summary>
    public int LagsOutside => Autocorrelation.Skip(1).Count(r => Math.Abs(r) > Bound);

    internal static OutputResiduals Of(Signal residual, IReadOnlyList<Signal> inputs, int lags)
    {
        double[] correlations = [.. Enumerable.Range(0, lags + 1).Select(lag => residual.Correlation(residual, lag))];
        double count = residual.Count, statistic = 0;
        for (int lag = 1; lag <= lags; lag++)
            statistic += count * (count + 2) * correlations[lag] * correlations[lag] / (count - lag);
        return new(
            residual.Count, residual.Mean, Math.Sqrt(residual.Energy / count), correlations,
            ChiSquare.NormalBound(Significance) / Math.Sqrt(count), statistic, ChiSquare.UpperTail(statistic, lags),
            [.. inputs.Select(input => InputCorrelation.Of(residual, input, lags))]);
    }
}
