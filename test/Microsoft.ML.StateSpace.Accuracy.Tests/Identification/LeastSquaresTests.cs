using Microsoft.ML.StateSpace.Accuracy.Identification;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Identification;

public sealed class LeastSquaresTests
{
    // More rows than are folded at a time, and fewer.
    [Theory]
    [InlineData(2000)]
    [InlineData(7)]
    public void Solve_FindsTheCoefficients_OfAllTargets(int rows)
    {
        var regression = Regression(rows);

        var coefficients = regression.Solve([0, 1, 2], penalty: 0);

        regression.Rows.Should().Be(rows);
        coefficients.Column(0).Should().Equal([1, 2, 3, 4], (a, b) => Math.Abs(a - b) < 1e-9);
        coefficients.Column(1).Should().Equal([0, -1, 0, 0], (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void Solve_OfSomeColumns_IsWhatARegressionWithThoseAloneFinds()
    {
        var alone = new LeastSquares(columns: 2, targets: 2);
        foreach (double[] row in Rows(1000))
            alone.Add([row[2], row[0], row[3], row[4]]);

        var some = Regression(1000).Solve([2, 0], penalty: 0.1);

        some.Enumerate().Should().Equal(alone.Solve([0, 1], penalty: 0.1).Enumerate(), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void Penalty_IsThatOfTheMeanSquaredError()
    {
        // One column of -1 and 1, the target 3 above it: the minimum of (1 - w)^2 + p w^2 is at 1 / (1 + p), however many rows there are,
        // and the constant is not penalised.
        foreach (int rows in (int[])[10, 1000])
        {
            var regression = new LeastSquares(columns: 1, targets: 1);
            for (int i = 0; i < rows; i++)
                regression.Add([2 * (i % 2) - 1, 2 * (i % 2) + 2]);
            regression.Solve([0], penalty: 0.25).Column(0).Should().Equal([0.8, 3], (a, b) => Math.Abs(a - b) < 1e-9);
        }
    }

    private static LeastSquares Regression(int rows)
    {
        var regression = new LeastSquares(columns: 3, targets: 2);
        foreach (double[] row in Rows(rows))
            regression.Add(row);
        return regression;
    }

    private static IEnumerable<double[]> Rows(int count)
    {
        double[] a = Simulated.Noise(count, 1), b = Simulated.Noise(count, 2), c = Simulated.Noise(count, 3);
        return Enumerable.Range(0, count).Select(i => (double[])[a[i], b[i], c[i], a[i] + 2 * b[i] + 3 * c[i] + 4, -b[i]]);
    }
}
