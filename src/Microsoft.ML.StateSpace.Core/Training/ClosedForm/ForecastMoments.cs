using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The second moments of features and targets over some examples, in double: all that a ridge regression, or its error on other examples,
/// needs. Moments of disjoint examples add up.
/// </summary>
internal sealed class ForecastMoments(int features, int targets)
{
    /// <summary>F'F, (features, features); the lower half.</summary>
    public double[] Gram { get; } = new double[features * features];

    /// <summary>F'y of each target, (targets, features).</summary>
    public double[] Cross { get; } = new double[targets * features];

    /// <summary>y'y of each target.</summary>
    public double[] Energy { get; } = new double[targets];

    /// <summary>Number of examples.</summary>
    public long Count { get; set; }

    public void Add(ForecastMoments other)
    {
        TensorPrimitives.Add<double>(Gram, other.Gram, Gram);
        TensorPrimitives.Add<double>(Cross, other.Cross, Cross);
        TensorPrimitives.Add<double>(Energy, other.Energy, Energy);
        Count += other.Count;
    }

    public static ForecastMoments Sum(int features, int targets, ReadOnlySpan<ForecastMoments> parts)
    {
        var sum = new ForecastMoments(features, targets);
        foreach (var part in parts)
            sum.Add(part);
        return sum;
    }

    /// <summary>The sum of squared errors of an equation, <c>y'y - 2 w'F'y + w'F'F w</c>.</summary>
    public double ErrorOf(int target, ReadOnlySpan<double> weights)
    {
        double error = Energy[target];
        for (int i = 0; i < features; i++)
        {
            if (weights[i] == 0)
                continue;
            var row = Gram.AsSpan(i * features, i);
            double product = 2 * TensorPrimitives.Dot(row, weights[..i]) + weights[i] * Gram[i * features + i];
            error += weights[i] * (product - 2 * Cross[target * features + i]);
        }
        return Math.Max(error, 0);
    }
}
