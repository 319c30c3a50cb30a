namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// How fast gradient descent moves a linear system of many modes with fixed poles in each direction, while the sizes of its b and c are
/// nearly as at the start. With the outputs <c>phi_i</c> of the modes and <c>m_i = |b_i|^2 + |c_i|^2</c> the rates are the eigenvalues
/// kappa of <c>sqrt(m_i) (1/L) sum phi_i phi_j sqrt(m_j)</c>: in n steps of the rate e, what is left of a direction is
/// <c>(1 - e kappa)^n</c>.
/// </summary>
/// <remarks>
/// Statistics of single modes tell nothing here: those of real systems are strongly correlated, and where their mean squares are nearly
/// alike the rates still differ by many powers of ten. The linearised curve is the usual one of a tangent kernel (Jacot et al. 2018); that
/// the kernel of a diagonal state space has this form is this library's.
/// </remarks>
/// <param name="Rates">kappa, the largest first.</param>
/// <param name="Shares">
/// For each direction its share of the residual's mean square. They sum to less than 1: the rest lies outside of what these poles reach.
/// </param>
/// <param name="Copies">How many directions have each rate: 1, or the channels of the output, where all are learnt alike.</param>
/// <param name="ResidualPower"><c>(1/L) sum r^2</c> of the residual r at the start. The loss is half of it.</param>
/// <param name="PoleRates">For each pole the rate at which it would move alone.</param>
public sealed record LearningSpectrum(
    IReadOnlyList<double> Rates, IReadOnlyList<double> Shares, int Copies, double ResidualPower, IReadOnlyList<double> PoleRates)
{
    /// <summary>Number of directions.</summary>
    public int Directions => Rates.Count * Copies;

    /// <summary>Below it gradient descent settles, <c>2 / kappa_max</c>; 0.1 to 0.5 of it is recommended.</summary>
    public double LargestStableRate => 2 / Rates[0];

    /// <summary>The largest rate over the smallest; infinite where some directions cannot be moved at all.</summary>
    public double RateRatio => Rates[0] / Rates[^1];

    /// <summary>The share of the target that no choice of b and c reaches with these poles.</summary>
    public double ShareOutside => Math.Max(0, 1 - Shares.Sum());

    /// <summary>Number of directions of which no more than half is left after some steps.</summary>
    /// <param name="rate">The rate of gradient descent.</param>
    /// <param name="steps">The number of steps.</param>
    public int Learnable(double rate, int steps) => Rates.Count(kappa => IsLearnt(kappa, rate, steps)) * Copies;

    /// <summary>The share of the target that these directions hold.</summary>
    /// <param name="rate">The rate of gradient descent.</param>
    /// <param name="steps">The number of steps.</param>
    public double LearnableShare(double rate, int steps) => Rates.Zip(Shares).Where(d => IsLearnt(d.First, rate, steps)).Sum(d => d.Second);

    /// <summary>The loss, half the mean square of the residual, after some steps.</summary>
    /// <param name="rate">The rate of gradient descent.</param>
    /// <param name="steps">The number of steps.</param>
    public double LossAfter(double rate, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        double gone = 0;
        foreach (var (kappa, share) in Rates.Zip(Shares))
            gone += share * (1 - Math.Pow(1 - rate * kappa, 2.0 * steps));
        return ResidualPower / 2 * (1 - gone);
    }

    /// <summary>Poles that cannot move to half of their way in some steps, even alone: their indices.</summary>
    /// <param name="rate">The rate of gradient descent.</param>
    /// <param name="steps">The number of steps.</param>
    public IReadOnlyList<int> IdlePoles(double rate, int steps)
        => [.. Enumerable.Range(0, PoleRates.Count).Where(i => PoleRates[i] * rate * steps < Math.Log(2))];

    private static bool IsLearnt(double kappa, double rate, int steps) => Math.Pow(Math.Abs(1 - rate * kappa), steps) <= 0.5;

    /// <summary>The same spectrum of a loss that curves <paramref name="curvature"/> times as much.</summary>
    internal LearningSpectrum Scaled(double curvature) => this with
    {
        Rates = [.. Rates.Select(kappa => kappa * curvature)], PoleRates = [.. PoleRates.Select(kappa => kappa * curvature)],
    };
}
