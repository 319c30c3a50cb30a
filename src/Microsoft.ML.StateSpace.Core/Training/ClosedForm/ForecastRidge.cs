using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// A ridge regression on some of the features: <c>(F'F + p diag(F'F)) w = F'(y - b)</c>, so that the penalty p does not depend on the
/// units of features. The constant, which comes first, is not held back. b is a base that is one of the features, or zero.
/// </summary>
internal sealed class ForecastRidge
{
    private readonly ForecastMoments _moments;
    private readonly int[] _chosen;
    private readonly int _features;
    private readonly double[] _factor;

    /// <param name="moments">Of all features.</param>
    /// <param name="features">Their number.</param>
    /// <param name="chosen">Which are used, in ascending order.</param>
    /// <param name="penalty">p.</param>
    public ForecastRidge(ForecastMoments moments, int features, int[] chosen, double penalty)
    {
        (_moments, _features, _chosen) = (moments, features, chosen);
        int size = chosen.Length;
        _factor = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            var row = moments.Gram.AsSpan(chosen[i] * features, features);
            for (int j = 0; j <= i; j++)
                _factor[i * size + j] = row[chosen[j]];
            double power = row[chosen[i]];
            // A feature that is always zero gets the weight zero.
            _factor[i * size + i] = power > 0 ? power * (1 + (chosen[i] == 0 ? 0 : penalty)) : 1;
        }
        IsSolvable = Factor(_factor, size);
    }

    /// <summary>Whether the equations could be solved in double.</summary>
    public bool IsSolvable { get; }

    /// <summary>Finds the equation of a target.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="baseFeature">The feature that is the base, or -1.</param>
    /// <param name="weights">Of all features, the base included; assigned.</param>
    public void Solve(int target, int baseFeature, Span<double> weights)
    {
        int size = _chosen.Length;
        var y = new double[size];
        for (int i = 0; i < size; i++)
            y[i] = _moments.Cross[target * _features + _chosen[i]] - (baseFeature < 0 ? 0 : GramAt(_chosen[i], baseFeature));
        for (int i = 0; i < size; i++)
            y[i] = (y[i] - TensorPrimitives.Dot<double>(_factor.AsSpan(i * size, i), y.AsSpan(0, i))) / _factor[i * size + i];
        for (int i = size - 1; i >= 0; i--)
        {
            y[i] /= _factor[i * size + i];
            TensorPrimitives.MultiplyAdd<double>(_factor.AsSpan(i * size, i), -y[i], y.AsSpan(0, i), y.AsSpan(0, i));
        }
        weights.Clear();
        for (int i = 0; i < size; i++)
            weights[_chosen[i]] = y[i];
        if (baseFeature >= 0)
            weights[baseFeature] += 1;
    }

    private double GramAt(int i, int j) => _moments.Gram[Math.Max(i, j) * _features + Math.Min(i, j)];

    private static bool Factor(double[] matrix, int size)
    {
        for (int i = 0; i < size; i++)
        {
            var row = matrix.AsSpan(i * size, size);
            for (int j = 0; j <= i; j++)
            {
                double rest = row[j] - TensorPrimitives.Dot<double>(row[..j], matrix.AsSpan(j * size, j));
                if (i == j && !(rest > 0))
                    return false;
                row[j] = i == j ? Math.Sqrt(rest) : rest / matrix[j * size + j];
            }
        }
        return true;
    }
}
