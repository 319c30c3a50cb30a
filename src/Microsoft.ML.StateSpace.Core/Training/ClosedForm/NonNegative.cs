using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Least squares with weights that are not negative, which is how predictions of several models are stacked (Breiman, "Stacked
/// Regressions", 1996): nothing is added by cancellation, and a member that does not help gets nothing. Together they
/// are at most 1.
/// </summary>
internal static class NonNegative
{
    private const int Sweeps = 1000;

    // Members that agree are told apart by rounding alone. This share of their squares, less where the best of them leaves little over,
    // makes them share the weight.
    private const double MostRidge = 1e-3, RidgeOfError = 0.02;

    /// <summary>The weights that make <c>w' products w - 2 w' right</c> smallest, by coordinate descent.</summary>
    /// <param name="products">Sums of products of the members' predictions, (members, members).</param>
    /// <param name="right">Sums of products of predictions and target, (members).</param>
    /// <param name="square">The sum of the squares of the target.</param>
    public static double[] Solve(Matrix products, ReadOnlySpan<double> right, double square)
    {
        double left = 1;
        for (int i = 0; i < right.Length && square > 0; i++)
            left = products[i, i] > 0 ? Math.Min(left, 1 - right[i] * right[i] / (products[i, i] * square)) : left;
        double ridge = Math.Min(MostRidge, RidgeOfError * Math.Max(left, 0));
        var weights = new double[right.Length];
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                double rest = right[i], own = products[i, i] * (1 + ridge);
                for (int j = 0; j < weights.Length; j++)
                    rest -= j == i ? 0 : products[i, j] * weights[j];
                weights[i] = own > 0 ? Math.Max(0, rest / own) : 0;
            }
        }
        // More than the whole would amplify what the members say, which a few rows ask for by chance.
        double sum = weights.Sum();
        for (int i = 0; i < weights.Length && sum > 1; i++)
            weights[i] /= sum;
        return weights;
    }
}
