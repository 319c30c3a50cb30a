using System.Globalization;
using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis.Dynamics;

/// <summary>Learning curves from lag sums are those of gradient descent itself.</summary>
public class PredictTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Curve_IsThatOfDescent(bool learnsPoles)
    {
        // The third record is shorter than the kernel, and the poles are both real and complex.
        InputOutputRecord[] records = [Noise(150, 1), Noise(90, 2), Noise(7, 3)];
        var curve = LearningDynamics.Predict(Start(), records, 0.05, 300, learnsPoles);
        var expected = Descent.Losses(Start(), records, 0.05, 300, learnsPoles);
        curve.Diverged.Should().BeFalse();
        curve.Losses.Should().HaveCount(301);
        for (int step = 0; step <= 300; step++)
            curve.Losses[step].Should().BeApproximately(expected[step], 1e-7 * expected[step]);
        Descent.Losses(curve.System, records, 0.05, 0, learnsPoles)[0].Should().BeApproximately(expected[^1], 1e-7 * expected[^1]);
        curve.System.Poles.Should().NotBeEquivalentTo(learnsPoles ? Start().Poles : []);
    }

    [SharedDataFact("daisy")]
    public void Curve_OfTheHeatingSystem_IsThatOfDescent()
    {
        double[][] rows = [.. File.ReadLines(SharedData.Path("daisy", "heating_system.dat"))
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(fields => fields.Length == 3)
            .Select(fields => fields.Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray())];
        InputOutputRecord[] records = [new(Standard(rows.Take(400), 1), Standard(rows.Take(400), 2))];
        Complex[] poles = [.. Enumerable.Range(0, 4).Select(i => Complex.FromPolarCoordinates(0.8 + 0.05 * i, 0.08 * i))];
        var (b, c) = (new Complex[4, 1], new Complex[1, 4]);
        for (int i = 0; i < 4; i++)
            b[i, 0] = c[0, i] = Math.Sqrt(1 - poles[i].Magnitude * poles[i].Magnitude);
        var start = new DiagonalSystem(poles, b, c, new double[1, 1]);
        // The poles' curvature is larger than that of B and C, hence the share.
        double rate = 0.05 * LearningDynamics.Spectrum(start, records).LargestStableRate;
        var curve = LearningDynamics.Predict(start, records, rate, 1000);
        var expected = Descent.Losses(start, records, rate, 1000, learnsPoles: true);
        expected[^1].Should().BeLessThan(0.5 * expected[0], "there is something to predict");
        for (int step = 0; step <= 1000; step++)
            curve.Losses[step].Should().BeApproximately(expected[step], 0.01 * expected[step]);
    }

    [Fact]
    public void TheLinearisedCurve_IsTheBeginningOfTheCurve()
    {
        InputOutputRecord[] records = [Noise(200, 1)];
        var spectrum = LearningDynamics.Spectrum(Start(), records);
        double rate = 0.001 * spectrum.LargestStableRate;
        var curve = Descent.Losses(Start(), records, rate, 10, learnsPoles: false, learnsD: false);
        double fall = curve[0] - curve[10];
        curve[0].Should().BeApproximately(spectrum.LossAfter(rate, 0), 1e-12);
        (spectrum.LossAfter(rate, 0) - spectrum.LossAfter(rate, 10)).Should().BeApproximately(fall, 0.05 * fall);
    }

    [Fact]
    public void Kernels_GrowWithTheMemoryOfThePoles()
    {
        // The target is far slower than the start, so the pole moves out, beyond the lags that were enough at first.
        double h = 0;
        double[] input = [.. Draw.Uniform(300, -1, 1, 4).Select(value => (double)value)];
        InputOutputRecord[] records = [new(input, [.. input.Select(u => h = 0.97 * h + 0.2 * u)])];
        var start = new DiagonalSystem([0.3], new Complex[,] { { 0.5 } }, new Complex[,] { { 0.5 } }, new double[1, 1]);
        var curve = LearningDynamics.Predict(start, records, 0.02, 1500);
        var expected = Descent.Losses(start, records, 0.02, 1500, learnsPoles: true);
        curve.System.Poles[0].Real.Should().BeGreaterThan(0.9);
        for (int step = 0; step <= 1500; step += 100)
            curve.Losses[step].Should().BeApproximately(expected[step], 1e-6 * expected[step] + 1e-9);
    }

    [Fact]
    public void ARateThatIsTooLarge_Diverges()
    {
        var curve = LearningDynamics.Predict(Start(), [Noise(100, 1)], 100, 500);
        curve.Diverged.Should().BeTrue();
        curve.Losses.Should().HaveCountLessThan(500).And.OnlyContain(loss => double.IsFinite(loss));
    }

    [Fact]
    public void SeveralChannels_BrokenRecordsAndLongMemories_AreRefused()
    {
        var wide = new DiagonalSystem([0.5], new Complex[1, 2], new Complex[1, 1], new double[1, 2]);
        Predict(wide, Noise(9, 1)).Should().Throw<ArgumentException>().WithMessage("*one input and one output, but this one has 2 and 1*");
        Predict(Start(), new InputOutputRecord([], [])).Should().Throw<ArgumentException>().WithMessage("*at least one record*");
        Predict(Start(), new InputOutputRecord([1, 2], [1])).Should().Throw<ArgumentException>().WithMessage("*2 inputs, but 1 outputs*");
        Predict(Start(), new InputOutputRecord([1, 2], [1, double.NaN])).Should().Throw<ArgumentException>().WithMessage("*NaN*");
        var slow = new DiagonalSystem([0.9999], new Complex[1, 1], new Complex[1, 1], new double[1, 1]);
        Predict(slow, Noise(5000, 1)).Should().Throw<ArgumentException>().WithMessage("*remembers 5,000 steps*4,096*");
        Predict(slow, Noise(4000, 1)).Should().NotThrow();
        Invoking(() => LearningDynamics.Predict(Start(), [Noise(9, 1)], 0, 1)).Should().Throw<ArgumentOutOfRangeException>();
        Invoking(() => LearningDynamics.Predict(Start(), [Noise(9, 1)], 1, 0)).Should().Throw<ArgumentOutOfRangeException>();
        Invoking(() => LearningDynamics.Spectrum(Start(), [Noise(9, 1)], [1])).Should().Throw<ArgumentException>()
            .WithMessage("*3 poles, but there are 1 factors*");
    }

    private static Action Predict(DiagonalSystem system, InputOutputRecord record)
        => () => LearningDynamics.Predict(system, [record], 0.01, 1);

    private static DiagonalSystem Start() => new(
        [new(0.7, 0.3), 0.9, new(-0.4, 0.6)], new Complex[,] { { new(0.5, 0.2) }, { 0.6 }, { new(0.1, -0.4) } },
        new Complex[,] { { new(0.3, -0.2), 0.4, new(0.2, 0.1) } }, new[,] { { 0.1 } });

    private static InputOutputRecord Noise(int length, int seed)
    {
        double x = 0;
        double[] input = [.. Draw.Uniform(length, -1, 1, seed).Select(value => (double)value)];
        return new(input, [.. input.Select(u => x = 0.8 * x + 0.5 * u)]);
    }

    private static double[] Standard(IEnumerable<double[]> rows, int column)
    {
        double[] values = [.. rows.Select(row => row[column])];
        double mean = values.Average(), deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return [.. values.Select(value => (value - mean) / deviation)];
    }
}
