using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Tasks;

/// <summary>The loss of a median and two bounds.</summary>
[Trait("Kind", "Law")]
public class IntervalLossTests
{
    private const int Rows = 20, Answers = 2;

    private static readonly double[] Levels = [0.1, 0.5, 0.8];

    [Fact]
    public void Value_IsThePinballLossOfEachQuantile_AndDerivativeItsNumericGradient()
    {
        var loss = new IntervalLoss(Levels);
        float[] outputs = Draw.Uniform(Rows * Answers * IntervalLoss.Size, 1), targets = Targets();
        var gradient = new float[outputs.Length];
        double[] moved = outputs.ToDouble();
        double Oracle() => 0.3 * Enumerable.Range(0, Rows * Answers).Where(i => !float.IsNaN(targets[3 * i])).Sum(i =>
        {
            double[] quantiles = Quantiles(moved, 3 * i);
            return Enumerable.Range(0, 3).Sum(
                q => LossOracle.Value(ValueLossKind.Quantile, quantiles[q] - targets[3 * i], 1, Levels[q]));
        });
        var rows = new TargetRows([], targets);

        loss.Weight(rows).Should().Be(Rows * Answers - 2);
        (0.3 * loss.Value(outputs, rows)).Should().BeApproximately(Oracle(), Tolerance.Reference * 100);
        loss.Derivative(outputs, rows, 0.3, gradient);
        gradient.Should().BeNear(NumericGradient.Of(Oracle, moved), Tolerance.Gradient, "outputs");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(50)]
    [InlineData(-200)]
    [InlineData(1e30)]
    public void Widths_AreNeverNegative_AndOneAtZero(double output)
    {
        var (width, slope) = IntervalLoss.WidthOf(output);
        width.Should().BeGreaterThanOrEqualTo(0).And.BeLessThan(double.PositiveInfinity);
        slope.Should().BeInRange(0, 1);
        if (output == 0)
            width.Should().BeApproximately(1, 1e-14);
    }

    [Fact]
    public void ATargetThatIsNotKnown_CountsNowhere()
    {
        var loss = new IntervalLoss(Levels);
        var gradient = new float[6];
        var rows = new TargetRows([], [float.NaN, float.NaN, float.NaN, 0.25f, float.NaN, float.NaN]);

        loss.Weight(rows).Should().Be(1);
        loss.Value([7, 7, 7, 1, 0, 0], rows).Should().BeApproximately(loss.Of(0, 1, 2, 0.25), 1e-12);
        loss.Derivative([7, 7, 7, 1, 0, 0], rows, 1, gradient);
        gradient[..3].Should().Equal(0, 0, 0);
        gradient[3..].Should().NotContain(0);
    }

    private static double[] Quantiles(double[] outputs, int start)
    {
        static double Width(double x) => Math.Log(1 + (Math.E - 1) * Math.Exp(x));
        return [outputs[start] - Width(outputs[start + 1]), outputs[start], outputs[start] + Width(outputs[start + 2])];
    }

    private static float[] Targets()
    {
        float[] targets = Draw.Uniform(Rows * Answers * IntervalLoss.Size, -2, 2);
        for (int i = 0; i < targets.Length; i++)
            targets[i] = i % 3 != 0 || i is 6 or 33 ? float.NaN : targets[i];
        return targets;
    }
}
