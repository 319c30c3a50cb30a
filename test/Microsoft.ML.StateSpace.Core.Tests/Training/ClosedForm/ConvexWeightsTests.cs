using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class ConvexWeightsTests
{
    // Of errors that are independent the weights are those of the inverse variances.
    [Fact]
    public void IndependentErrors_AreWeighedByTheirPrecision()
        => ConvexWeights.Solve(Products([[1, 0, 0], [0, 2, 0], [0, 0, 4]]))
            .Should().SatisfyRespectively(
                first => first.Should().BeApproximately(4 / 7.0, 1e-6), second => second.Should().BeApproximately(2 / 7.0, 1e-6),
                third => third.Should().BeApproximately(1 / 7.0, 1e-6));

    [Fact]
    public void AModelThatAddsNothing_HasNoWeight()
        => ConvexWeights.Solve(Products([[1, 1.5], [1.5, 3]])).Should().Equal(1, 0);

    [Fact]
    public void ModelsThatErrAlike_Share()
        => ConvexWeights.Solve(Products([[2, 2], [2, 2]])).Should().Equal(0.5, 0.5);

    // No exchange between two models makes the error smaller.
    [Fact]
    public void Weights_AreBest()
    {
        var random = new Random(3);
        double[] Draw() => [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble() - 0.4)];
        double[][] errors = [Draw(), Draw(), Draw(), Draw(), Draw()];
        var products = new Matrix(5, 5);
        for (int i = 0; i < 5; i++)
            for (int j = 0; j < 5; j++)
                products[i, j] = errors[i].Zip(errors[j], (a, b) => a * b).Sum();
        double[] weights = ConvexWeights.Solve(products);

        weights.Sum().Should().BeApproximately(1, 1e-12);
        weights.Should().AllSatisfy(weight => weight.Should().BeGreaterThanOrEqualTo(0));
        double least = Error(products, weights);
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 5; j++)
            {
                double[] moved = [.. weights];
                double step = Math.Min(0.05, moved[i]);
                (moved[i], moved[j]) = (moved[i] - step, moved[j] + step);
                Error(products, moved).Should().BeGreaterThanOrEqualTo(least - 1e-9);
            }
        }
    }

    // With the thousandth that makes equals share.
    private static double Error(Matrix products, double[] weights)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
            for (int j = 0; j < weights.Length; j++)
                sum += weights[i] * weights[j] * products[i, j] * (i == j ? 1.001 : 1);
        return sum;
    }

    private static Matrix Products(double[][] rows)
    {
        var products = new Matrix(rows.Length, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            for (int j = 0; j < rows.Length; j++)
                products[i, j] = rows[i][j];
        return products;
    }
}
