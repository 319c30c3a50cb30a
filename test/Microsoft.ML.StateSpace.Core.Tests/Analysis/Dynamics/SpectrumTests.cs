using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Testing;
using static Microsoft.ML.StateSpace.Testing.Oracle.ReferenceValues;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Dynamics;

/// <summary>The directions that systems of many modes learn.</summary>
public class SpectrumTests
{
    public const string Path = "dynamics_spectrum";

    private static readonly double[] Poles = At($"{Path}/poles"), Factors = [.. Poles.Select(pole => Math.Sqrt(1 - pole * pole))];

    /// <summary>What the reference learns: a pole that is none of its own.</summary>
    public static InputOutputRecord Record { get; } = new(At($"{Path}/u"), Filter(0.95, At($"{Path}/u")));

    [Fact]
    public void Spectrum_IsThatOfTheReference()
    {
        double[] b = At($"{Path}/b"), rates = At($"{Path}/rates"), steps = At($"{Path}/steps"), losses = At($"{Path}/predicted_loss");
        var system = System([.. b.Zip(Factors, (value, factor) => value * factor)], At($"{Path}/c"));
        var spectrum = LearningDynamics.Spectrum(system, [Record], Factors);
        spectrum.Directions.Should().Be(8);
        // The reference has twelve digits.
        for (int j = 0; j < 8; j++)
            spectrum.Rates[j].Should().BeApproximately(rates[j], 1e-13 * rates[0] + 5e-12 * rates[j]);
        spectrum.RateRatio.Should().BeApproximately(Number($"{Path}/rate_ratio"), 1e-5 * Number($"{Path}/rate_ratio"));
        spectrum.LargestStableRate.Should().BeApproximately(Number($"{Path}/largest_stable_rate"), 1e-10);
        spectrum.Shares.ToArray().Should().BeNear(At($"{Path}/shares"), 1e-6);
        spectrum.ResidualPower.Should().BeApproximately(Number($"{Path}/residual_energy"), 1e-9);
        spectrum.Rates.Count(rate => rate > 1e-4 * rates[0]).Should().Be((int)Number($"{Path}/above_1e-4"));
        double rate = 0.4 / rates[0];
        for (int i = 0; i < steps.Length; i++)
            spectrum.LossAfter(rate, (int)steps[i]).Should().BeApproximately(losses[i], 1e-9);
        spectrum.Learnable(rate, 1000).Should().Be((int)Number($"{Path}/learnable_in_1000"));
        spectrum.LearnableShare(rate, 1000).Should().BeApproximately(spectrum.Shares.Take(3).Sum(), 1e-12);
    }

    [Fact]
    public void CorrelatedPoles_DifferInTheirRates_NotInTheirPowers()
    {
        double[] poles = [.. Enumerable.Range(0, 8).Select(i => 0.5 + 0.07 * i)], input = White(2000);
        var spectrum = LearningDynamics.Spectrum(
            new([.. poles.Select(pole => new Complex(pole, 0))], Column(poles.Select(pole => Math.Sqrt(1 - pole * pole))), Row(poles),
                new double[1, 1]),
            [new(input, Filter(0.9, input))]);
        double[] powers = [.. poles.Select(pole => Filter(pole, input).Sum(h => h * h))];
        (powers.Max() / powers.Min()).Should().BeLessThan(2);
        spectrum.RateRatio.Should().BeGreaterThan(1e6);
    }

    [Theory]
    [InlineData(1.05, false)]
    [InlineData(0.95, true)]
    public void LargestStableRate_IsTheEdgeOfConvergence(double share, bool converges)
    {
        // The curvature that counts is that at the end, so descent starts there, but for a little.
        double[] input = White(400);
        double[] poles = [0.6, 0.9], b = [0.9, 0.5], c = [0.7, 0.6];
        double[] output = [.. Filter(0.6, input).Zip(Filter(0.9, input), (x, z)
            => b[0] * c[0] * x / Math.Sqrt(1 - 0.36) + b[1] * c[1] * z / Math.Sqrt(1 - 0.81))];
        DiagonalSystem At(double nudge) => new(
            [.. poles.Select(pole => new Complex(pole, 0))], Column(b), Row(c.Select(value => value + nudge)), new double[1, 1]);
        double rate = share * LearningDynamics.Spectrum(At(0), [new(input, output)]).LargestStableRate;
        var losses = Descent.Losses(At(1e-4), [new(input, output)], rate, 4000, learnsPoles: false, learnsD: false);
        (losses[^1] < 1e-3 * losses[0]).Should().Be(converges);
        if (!converges)
            losses[^1].Should().BeGreaterThan(losses[0]);
    }

    [Fact]
    public void ComplexPoles_HaveTwoDirections_WithTheRatesOfTheirMode()
    {
        double[] input = White(300);
        var record = new InputOutputRecord(input, Filter(0.7, input));
        Complex pole = new(0.6, 0.5), b = new(0.4, -0.3), c = new(0.2, 0.9);
        var spectrum = LearningDynamics.Spectrum(
            new([pole], new[,] { { b } }, new[,] { { c } }, new double[1, 1]), [record]);
        var (slow, fast) = ComplexMode.Of(pole, record).Rates(b, c);
        spectrum.Rates.ToArray().Should().BeNear([fast, slow], 1e-12);
        spectrum.PoleRates.Should().ContainSingle().Which.Should().BeApproximately(fast, 1e-12);
        spectrum.IdlePoles(0.1, (int)(Math.Log(2) / (0.1 * fast))).Should().Equal(0);
        spectrum.IdlePoles(0.1, (int)(Math.Log(2) / (0.1 * fast)) + 1).Should().BeEmpty();
        spectrum.ShareOutside.Should().BeInRange(0.001, 0.999);
    }

    private static DiagonalSystem System(double[] b, double[] c)
        => new([.. Poles.Select(pole => new Complex(pole, 0))], Column(b), Row(c), new double[1, 1]);

    private static Complex[,] Column(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var column = new Complex[all.Length, 1];
        for (int i = 0; i < all.Length; i++)
            column[i, 0] = all[i];
        return column;
    }

    private static Complex[,] Row(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var row = new Complex[1, all.Length];
        for (int i = 0; i < all.Length; i++)
            row[0, i] = all[i];
        return row;
    }

    private static double[] White(int length) => [.. Draw.Uniform(length, -1, 1, 5).Select(value => (double)value)];

    // Normalised, so that white noise keeps its power.
    private static double[] Filter(double pole, double[] input)
    {
        double h = 0;
        return [.. input.Select(u => h = pole * h + Math.Sqrt(1 - pole * pole) * u)];
    }
}
