using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Least squares with weights that are not negative, which is how predictions of several models are stacked (Breiman, "Stacked
/// Regressions", 1996): nothing is added by cancellation, and a member that does not help gets nothing.
/// </summary>
internal static class NonNegative
{
    private const int Sweeps = 1000;

    // Members that agree are told apart by rounding alone. This share of their squares makes them share the weight.
    private const double Ridge = 1e-3;

    /// <summary>The weights that make <c>w' products w - 2 w' right</c> smallest, by coordinate descent.</summary>
    /// <param name="products">Sums of products of the members' predictions, (members, members).</param>
    /// <param name="right">Sums of products of predictions and target, (members).</param>
    public static double[] Solve(Matrix products, ReadOnlySpan<double> right)
    {
        var weights = new double[right.Length];
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                double rest = right[i], square = products[i, i] * (1 + Ridge);
                for (int j = 0; j < weights.Length; j++)
                    rest -= j == i ? 0 : products[i, j] * weights[j];
                weights[i] = square > 0 ? Math.Max(0, rest / square) : 0;
            }
        }
        return weights;
    }
}
