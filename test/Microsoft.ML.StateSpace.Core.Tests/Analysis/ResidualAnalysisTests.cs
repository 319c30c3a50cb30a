using MathNet.Numerics.Distributions;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

public class ResidualAnalysisTests
{
    [Fact]
    public void ChiSquare_IsThatOfMathNet()
    {
        foreach (double degrees in new[] { 1.0, 2, 5, 25, 200 })
            foreach (double share in new[] { 0, 1e-3, 0.3, 0.9, 1, 1.1, 2, 4 })
            {
                double x = share * degrees, expected = 1 - ChiSquared.CDF(degrees, x), actual = ChiSquare.UpperTail(x, degrees);
                actual.Should().BeApproximately(expected, 1e-12);
            }
        // The far tail keeps its digits: that of two degrees of freedom is exp(-x / 2).
        ChiSquare.UpperTail(400, 2).Should().BeApproximately(Math.Exp(-200), 1e-12 * Math.Exp(-200));
        ChiSquare.NormalBound(0.01).Should().BeApproximately(Normal.InvCDF(0, 1, 0.995), 1e-10);
    }

    [Fact]
    public void Correlations_AreThoseOfTheirDefinition()
    {
        // Residuals 1, -1, 2, -2 and inputs 0, 2, 0, 2.
        var analysis = ResidualAnalysis.Of(
            [new(new double[,] { { 5 }, { 5 }, { 5 }, { 5 } }, new double[,] { { 4 }, { 6 }, { 3 }, { 7 } },
                new double[,] { { 0 }, { 2 }, { 0 }, { 2 } })], lags: 2);
        var output = analysis.Outputs.Single();
        output.Count.Should().Be(4);
        output.Mean.Should().Be(0);
        output.StandardDeviation.Should().BeApproximately(Math.Sqrt(2.5), 1e-12);
        output.Autocorrelation.Should().BeNear([1, -0.7, 0.4], 1e-12, "autocorrelation");
        output.Bound.Should().BeApproximately(2.5758293 / 2, 1e-6);
        output.LjungBox.Should().BeApproximately(4 * 6 * (0.49 / 3 + 0.16 / 2), 1e-12);
        var input = output.Inputs.Single();
        // e_t against u_t, with both deviations: sum -1 - 1 - 2 - 2 = -6, over sqrt(10 * 4).
        input.At(0).Should().BeApproximately(-6 / Math.Sqrt(40), 1e-12);
        input.At(1).Should().BeApproximately(5 / Math.Sqrt(40), 1e-12); // -1 * -1 + 2 * 1 + -2 * -1
        input.At(-1).Should().BeApproximately(4 / Math.Sqrt(40), 1e-12); // 1 * 1 + -1 * -1 + 2 * 1
        input.Values.Should().HaveCount(5);
    }

    [Fact]
    public void PerfectResiduals_RaiseAFalseAlarm_AsRarelyAsStated()
    {
        const int Draws = 400;
        int colored = 0, dependent = 0;
        for (int seed = 1; seed <= Draws; seed++)
        {
            var output = Analyze(Noise(500, seed), Filtered(Noise(500, seed + 10_000), 0.9));
            colored += output.IsWhite ? 0 : 1;
            dependent += output.IsIndependent ? 0 : 1;
        }
        // 1 % of 400 draws are 4; more than 12 have a probability of 2e-4.
        colored.Should().BeLessThanOrEqualTo(12);
        dependent.Should().BeLessThanOrEqualTo(12);
    }

    [Fact]
    public void ColoredResiduals_AreFound_AndDoNotMakeSlowInputsSuspect()
    {
        int dependent = 0;
        for (int seed = 1; seed <= 100; seed++)
        {
            var output = Analyze(Filtered(Noise(1000, seed), 0.8), Filtered(Noise(1000, seed + 500), 0.8));
            output.IsWhite.Should().BeFalse();
            output.LagsOutside.Should().BeGreaterThan(3);
            dependent += output.IsIndependent ? 0 : 1;
        }
        dependent.Should().BeLessThanOrEqualTo(8);
    }

    [Fact]
    public void DynamicsThatTheModelLacks_AreFoundAtTheirLag_AndFeedbackIsNoFault()
    {
        double[] input = Noise(800, 3), noise = Noise(800, 4);
        double[] late = [.. noise.Select((e, t) => e + (t < 3 ? 0 : 0.4 * input[t - 3]))];
        var lacking = Analyze(late, input);
        lacking.IsIndependent.Should().BeFalse();
        Math.Abs(lacking.Inputs[0].At(3)).Should().BeGreaterThan(lacking.Inputs[0].JointBound);
        lacking.Inputs[0].JointBound.Should().BeGreaterThan(lacking.Inputs[0].Bound);
        double[] fedBack = [.. input.Select((u, t) => u + (t < 1 ? 0 : noise[t - 1]))];
        var feedback = Analyze(noise, fedBack);
        feedback.IsIndependent.Should().BeTrue();
        Math.Abs(feedback.Inputs[0].At(-1)).Should().BeGreaterThan(feedback.Inputs[0].JointBound);
    }

    [Fact]
    public void Records_AreOneRecordWithGaps_AndWhatIsNotKnownCountsNowhere()
    {
        double[] noise = Noise(300, 5), input = Noise(300, 6);
        var whole = Record(noise, input);
        noise[150] = double.NaN;
        var gap = ResidualAnalysis.Of([Record(noise, input)], 10).Outputs[0];
        gap.Count.Should().Be(299);
        gap.Autocorrelation.Should().OnlyContain(r => double.IsFinite(r));
        var twice = ResidualAnalysis.Of([whole, whole], 10).Outputs[0];
        var once = ResidualAnalysis.Of([whole], 10).Outputs[0];
        twice.Autocorrelation.Should().BeNear([.. once.Autocorrelation], 1e-12, "a record twice has the same correlations");
        twice.Inputs[0].Values.Should().BeNear([.. once.Inputs[0].Values], 1e-12, "with the input too");
        twice.Bound.Should().BeApproximately(once.Bound / Math.Sqrt(2), 1e-12);
    }

    [Fact]
    public void ExactAnswers_PassBothTests()
    {
        var output = Analyze(new double[60], Noise(60, 1));
        output.IsWhite.Should().BeTrue();
        output.IsIndependent.Should().BeTrue();
        output.LjungBox.Should().Be(0);
    }

    [Fact]
    public void Records_ThatCannotBeTested_AreRefused()
    {
        Invoking(() => ResidualAnalysis.Of([])).Should().ThrowExactly<ArgumentException>();
        Invoking(() => ResidualAnalysis.Of([Record(Noise(20, 1), Noise(20, 2))]))
            .Should().ThrowExactly<ArgumentException>().WithMessage("*20 time steps*25 lags*fewer lags*");
        Invoking(() => ResidualAnalysis.Of([Record(Noise(40, 1), Noise(40, 2)), Record(Noise(40, 1), Noise(39, 2))]))
            .Should().ThrowExactly<ArgumentException>().WithMessage("*same time steps*");
        Invoking(() => ResidualAnalysis.Of([Record(Noise(40, 1), Noise(40, 2))], 0)).Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    private static OutputResiduals Analyze(double[] residuals, double[] input)
        => ResidualAnalysis.Of([Record(residuals, input)]).Outputs[0];

    private static ResponseRecord Record(double[] residuals, double[] input)
        => new(Column(residuals), new double[residuals.Length, 1], Column(input));

    private static double[,] Column(double[] values)
    {
        var column = new double[values.Length, 1];
        for (int t = 0; t < values.Length; t++)
            column[t, 0] = values[t];
        return column;
    }

    private static double[] Noise(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => Normal.Sample(random, 0, 1))];
    }

    private static double[] Filtered(double[] noise, double pole)
    {
        double state = 0;
        return [.. noise.Select(e => state = pole * state + e)];
    }
}
