using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Weights of models that are at least 0 and sum to 1, so that the weighted mean of their answers has the smallest squared error (stacking;
/// Wolpert, "Stacked Generalization", 1992; Breiman, "Stacked Regressions", 1996).
/// </summary>
internal static class ConvexWeights
{
    private const int Sweeps = 1000;

    // Models that err alike share the weight.
    private const double Ridge = 1e-3;

    /// <summary>The weights that make <c>w' Q w</c> smallest: pairs of them exchange what is best, in turn.</summary>
    /// <param name="errors">Q: sums of products of the errors of each two models, (models, models).</param>
    public static double[] Solve(Matrix errors)
    {
        int count = errors.Rows;
        var weights = new double[count];
        Array.Fill(weights, 1.0 / count);
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    double curvature = (errors[i, i] + errors[j, j]) * (1 + Ridge) - 2 * errors[i, j];
                    if (curvature <= 0)
                        continue;
                    double moved = (Slope(errors, weights, i) - Slope(errors, weights, j)) / curvature;
                    moved = Math.Clamp(moved, -weights[j], weights[i]);
                    (weights[i], weights[j]) = (weights[i] - moved, weights[j] + moved);
                }
            }
        }
        return weights;
    }

    private static double Slope(Matrix errors, double[] weights, int i)
    {
        double sum = Ridge * errors[i, i] * weights[i];
        for (int k = 0; k < weights.Length; k++)
            sum += errors[i, k] * weights[k];
        return sum;
    }
}
