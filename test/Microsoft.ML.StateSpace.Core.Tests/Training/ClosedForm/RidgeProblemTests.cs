using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class RidgeProblemTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 63)]
    [InlineData(7, 64)]
    [InlineData(13, 150)]
    public void Moments_AreTheSumsOfProducts(int columns, int rows)
    {
        float[] values = Draw.Uniform(rows * columns, -3, 3);
        var moments = new Moments(columns);
        for (int t = 0; t < rows; t++)
            moments.Add(values.AsSpan(t * columns, columns - 1), values.AsSpan(t * columns + columns - 1, 1));
        moments.Finish();
        double[][] z = [.. Rows.Unpack(values, columns, rows)[0].Select(row => row.Prepend(1).ToArray())];
        double[] expected = [.. from i in Enumerable.Range(0, columns + 1) from j in Enumerable.Range(0, columns + 1)
            select z.Sum(row => row[i] * row[j])];
        moments.Sums.Values.Should().BeNear(expected, Tolerance.Reference, "sums");
    }

    [Fact]
    public void Solve_SetsTheGradientOfThePenalisedErrorToZero()
    {
        const int Rows = 60, Columns = 4;
        const double Penalty = 0.03, Scale = 2.5;
        var (z, all) = Data(Rows, Columns);
        var w = new RidgeProblem(all, Columns, 1).Solve(all, Penalty, scaled: 3, Scale).Row(0).ToArray();
        double[] errors = [.. z.Select(row => row[^1] - w[0] - Enumerable.Range(0, Columns).Sum(i => w[1 + i] * row[i]))];
        errors.Sum().Should().BeApproximately(0, 1e-9);
        for (int i = 0; i < Columns; i++)
        {
            double mean = z.Average(row => row[i]), variance = z.Average(row => (row[i] - mean) * (row[i] - mean));
            double scale = i >= 2 ? Scale : 1, slope = errors.Zip(z, (error, row) => error * row[i]).Sum();
            slope.Should().BeApproximately(Penalty * Rows * w[1 + i] * variance / (scale * scale), 1e-8, "column {0}", i);
        }
    }

    [Fact]
    public void SquaredError_IsThatOfTheRows()
    {
        var (z, all) = Data(60, 4);
        var problem = new RidgeProblem(all, 3, 1);
        var w = problem.Solve(all, 0.1);
        double expected = z.Sum(row => Math.Pow(row[^1] - w[0, 0] - Enumerable.Range(0, 3).Sum(i => w[0, 1 + i] * row[i]), 2));
        problem.SquaredError(all, w, 0).Should().BeApproximately(expected, 1e-9 * expected);
    }

    [Fact]
    public void EqualAndConstantColumns_AreNoProblem()
    {
        var moments = new Moments(4);
        foreach (float x in Draw.Uniform(50, 1))
            moments.Add([x, x, 7], [3 * x]);
        moments.Finish();
        var w = new RidgeProblem(moments.Sums, 3, 1).Solve(moments.Sums, 1e-7).Row(0).ToArray();
        w[1].Should().BeApproximately(1.5, 1e-6);
        w[2].Should().BeApproximately(1.5, 1e-6);
        w[3].Should().Be(0);
    }

    [Fact]
    public void NonNegative_MeetsTheConditionsOfAMinimum()
    {
        // A positive definite matrix of correlated members, one of which would get a negative weight.
        var products = new Matrix(3, 3);
        products.Set([4, 3.8f, 1, 3.8f, 4, 0.5f, 1, 0.5f, 2]);
        double[] right = [2, 1.25, 1.5], weights = NonNegative.Solve(products, right, square: 100);
        weights[1].Should().Be(0);
        for (int i = 0; i < 3; i++)
        {
            double slope = Enumerable.Range(0, 3).Sum(j => products[i, j] * weights[j] * (i == j ? 1.001 : 1)) - right[i];
            slope.Should().BeGreaterThan(-1e-9);
            (slope * weights[i]).Should().BeApproximately(0, 1e-9);
        }
    }

    [Fact]
    public void Roots_AreThoseThatMadeThePolynomial()
    {
        Complex[] expected = [new(0.99, 0), new(0.3, 0.9), new(0.3, -0.9), new(-0.5, 0)];
        Complex[] polynomial = [1];
        foreach (var root in expected)
            polynomial = [.. polynomial.Append(0).Zip(polynomial.Prepend(0), (p, before) => p - root * before)];
        var found = Polynomial.Roots([.. polynomial.Skip(1).Select(p => -p.Real)]);
        foreach (var root in expected)
            found.Min(z => (z - root).Magnitude).Should().BeLessThan(1e-10);
    }

    private static (double[][] Rows, Matrix All) Data(int rows, int columns)
    {
        float[] values = Draw.Uniform(rows * (columns + 1), -3, 3);
        var moments = new Moments(columns + 1);
        for (int t = 0; t < rows; t++)
            moments.Add(values.AsSpan(t * (columns + 1), columns), values.AsSpan(t * (columns + 1) + columns, 1));
        moments.Finish();
        return (Testing.Oracle.Rows.Unpack(values, columns + 1, rows)[0], moments.Sums);
    }
}
