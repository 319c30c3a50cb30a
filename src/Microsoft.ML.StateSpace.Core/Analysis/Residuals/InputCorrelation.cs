namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The correlation of the residuals of an output with one input.</summary>
/// <param name="Values">
/// <c>r(k) = sum of e_t u_{t-k} / sqrt(sum of e^2, sum of u^2)</c> at the lags k from -M to M. A correlation with past inputs, k above 0,
/// is what the model lacks; one with later inputs, k below 0, is feedback from the output to the input, and no fault of the model.
/// </param>
/// <param name="Bound">
/// What <c>|r(k)|</c> of independent residuals exceeds at one lag with a probability of 1 %: <c>2.58 sqrt(P / N)</c>, where P, the sum of
/// the products of both autocorrelations over all lags, is large where residuals and input are slow (Ljung 1999, 16.6). The sum
/// goes to ten times M, with weights that fall to zero there, so that P is not negative.
/// </param>
/// <param name="JointBound">
/// What <c>|r(k)|</c> exceeds at any of the lags 0 to M with a probability of at most 1 % (Bonferroni).
/// </param>
public sealed record InputCorrelation(IReadOnlyList<double> Values, double Bound, double JointBound)
{
    private const int Reach = 10;

    private int Lags => Values.Count / 2;

    /// <summary>r(k) at a lag k from -M to M.</summary>
    public double At(int lag) => Values[Lags + lag];

    /// <summary>Whether no lag from 0 to M has a correlation beyond <see cref="JointBound"/>.</summary>
    public bool IsIndependent => Values.Skip(Lags).All(r => Math.Abs(r) <= JointBound);

    /// <summary>How many of the lags 0 to M have a correlation beyond <see cref="Bound"/>.</summary>
    public int LagsOutside => Values.Skip(Lags).Count(r => Math.Abs(r) > Bound);

    internal static InputCorrelation Of(Signal residual, Signal input, int lags)
    {
        double spread = 1;
        for (int k = 1; k < Reach * lags; k++)
            spread += 2 * (1 - k / (double)(Reach * lags)) * residual.Correlation(residual, k) * input.Correlation(input, k);
        double deviation = Math.Sqrt(Math.Max(spread, 0) / residual.Count);
        return new(
            [.. Enumerable.Range(-lags, 2 * lags + 1).Select(lag => residual.Correlation(input, lag))],
            ChiSquare.NormalBound(OutputResiduals.Significance) * deviation,
            ChiSquare.NormalBound(OutputResiduals.Significance / (lags + 1)) * deviation);
    }
}
