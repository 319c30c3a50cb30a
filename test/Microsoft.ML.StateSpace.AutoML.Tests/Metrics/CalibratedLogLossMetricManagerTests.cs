using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Metrics;

public class CalibratedLogLossMetricManagerTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Scored
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];
    }

    // In a class, the values of a key column count from 0. A value outside of its range is a missing label: here -1 stands for that.
    private double Loss(params (int Label, double[] Score)[] rows)
        => new CalibratedLogLossMetricManager().Evaluate(
            _ml, _ml.Data.LoadFromEnumerable(
                rows.Select(r => new Scored { Label = r.Label < 0 ? 3 : (uint)r.Label, Score = [.. r.Score.Select(s => (float)s)] })
                    .ToArray()));

    private static double[] Soften(double[] p, double exponent)
    {
        double[] powers = [.. p.Select(v => Math.Pow(v, exponent))];
        return [.. powers.Select(v => v / powers.Sum())];
    }

    // These probabilities are right: of four equal rows, three are of the class with probability 3/4.
    private static readonly (int, double[])[] Right =
        [(0, [0.75, 0.25, 0]), (0, [0.75, 0.25, 0]), (0, [0.75, 0.25, 0]), (1, [0.75, 0.25, 0])];

    [Fact]
    public void Evaluate_OfRightProbabilities_IsTheirLogLoss()
        => Loss(Right).Should().BeApproximately(-(3 * Math.Log(0.75) + Math.Log(0.25)) / 4, 1e-4);

    [Theory]
    [InlineData(0.3)]
    [InlineData(4)]
    public void Evaluate_DoesNotDependOnConfidence(double exponent)
        => Loss([.. Right.Select(r => (r.Item1, Soften(r.Item2, exponent)))]).Should().BeApproximately(Loss(Right), 1e-4);

    [Fact]
    public void Evaluate_IsSmallerWhereClassesAreToldApartBetter()
    {
        double better = Loss((0, [0.6, 0.3, 0.1]), (1, [0.2, 0.7, 0.1]), (2, [0.4, 0.2, 0.4]), (2, [0.5, 0.1, 0.4]));

        better.Should().BeInRange(0, Loss((0, [0.6, 0.3, 0.1]), (1, [0.6, 0.3, 0.1]), (2, [0.4, 0.2, 0.4]), (2, [0.5, 0.1, 0.4])) - 0.1);
    }

    [Fact]
    public void Evaluate_WithoutAnError_IsNearlyNothing() => Loss((0, [0.5, 0.3, 0.2]), (1, [0.3, 0.4, 0.3])).Should().BeInRange(0, 0.05);

    [Fact]
    public void Evaluate_AtWorst_IsThatOfChance()
        => Loss((0, [0.2, 0.7, 0.1]), (1, [0.1, 0.2, 0.7]), (2, [0.7, 0.1, 0.2])).Should().BeInRange(Math.Log(3), 1.25);

    [Fact]
    public void Evaluate_RowsWithoutALabel_DoNotCount() => Loss([.. Right, (-1, [1, 0, 0])]).Should().Be(Loss(Right));

    [Fact]
    public void Evaluate_BadColumns_TellWhatIsNeeded()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new Scored { Label = 0, Score = [1, 0, 0] } });

        Invoking(() => new CalibratedLogLossMetricManager("Score").Evaluate(_ml, data))
            .Should().ThrowExactly<InvalidOperationException>().Which.Message.Should().Contain("key column 'Score'");
        Invoking(() => new CalibratedLogLossMetricManager(scoreColumnName: "Nothing").Evaluate(_ml, data))
            .Should().ThrowExactly<InvalidOperationException>().Which.Message.Should().Contain("column 'Nothing'");
        Invoking(() => Loss((-1, [1, 0, 0]))).Should().ThrowExactly<InvalidOperationException>().WithMessage("*no row has one*");
    }
}
