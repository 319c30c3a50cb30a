using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>Poles, zeros and responses.</summary>
public class LinearSystemTests
{
    // (z - 0.3) / ((z - 0.5)(z - 0.8))
    private static readonly LinearSystem Known = new(new[,] { { 1.3, -0.4 }, { 1, 0 } }, new[,] { { 1.0 }, { 0 } }, new[,] { { 1, -0.3 } },
        new double[1, 1]);

    [Fact]
    public void Poles_Zeros_AndGain_AreThoseOfAKnownFraction()
    {
        Known.Poles().Select(pole => pole.Real).Order().Should().SatisfyRespectively(
            pole => pole.Should().BeApproximately(0.5, 1e-12), pole => pole.Should().BeApproximately(0.8, 1e-12));
        Known.Poles().Should().OnlyContain(pole => pole.Imaginary == 0);
        Known.SpectralRadius().Should().BeApproximately(0.8, 1e-12);
        Known.IsStable().Should().BeTrue();
        Known.TransmissionZeros().Should().ContainSingle().Which.Real.Should().BeApproximately(0.3, 1e-12);
        Known.DcGain()[0, 0].Should().BeApproximately(0.7 / (0.5 * 0.2), 1e-10);
        (Known with { A = new[,] { { 1.3, 0.4 }, { 1, 0 } } }).IsStable().Should().BeFalse();
    }

    [Theory]
    [InlineData(1, 1, true, 6)] // as many zeros as states
    [InlineData(1, 1, false, 5)]
    [InlineData(2, 2, true, 6)]
    [InlineData(2, 2, false, 4)]
    [InlineData(2, 3, true, 0)]
    [InlineData(3, 2, false, 0)]
    public void Zeros_AreWhereTheRosenbrockMatrixLosesRank(int inputs, int outputs, bool through, int count)
    {
        for (int seed = 1; seed <= 8; seed++)
        {
            var system = RandomSystems.Draw(6, inputs, outputs, seed, through: through);
            var zeros = system.TransmissionZeros();
            zeros.Should().HaveCount(count);
            foreach (var zero in zeros)
                SmallestSingularValue(system, zero).Should().BeLessThan(1e-9 * (1 + zero.Magnitude));
            // Elsewhere it has full rank, so the count above is no accident of the measure.
            SmallestSingularValue(system, new Complex(0.3, 0.7)).Should().BeGreaterThan(1e-4);
            // The units of inputs and outputs move no zero.
            var scaled = system with { C = (1e6 * system.C.ToMathNet()).ToArray(), D = (1e6 * system.D.ToMathNet()).ToArray() };
            scaled.TransmissionZeros().Should().HaveCount(count);
        }
    }

    [Fact]
    public void Zeros_OfASystemThatOnlyDelays_AreNone()
        => new LinearSystem(
            new double[,] { { 0, 0, 0 }, { 1, 0, 0 }, { 0, 1, 0 } }, new double[,] { { 1 }, { 0 }, { 0 } }, new double[,] { { 0, 0, 1 } },
            new double[1, 1]).TransmissionZeros().Should().BeEmpty();

    [Fact]
    public void Zeros_ListWhatIsNotReached()
    {
        var system = new LinearSystem(
            new[,] { { 0.5, 0 }, { 0, 0.25 } }, new[,] { { 1.0 }, { 0 } }, new[,] { { 1.0, 1 } }, new[,] { { 1.0 } });
        system.TransmissionZeros().Select(zero => Math.Round(zero.Real, 10)).Order().Should().Equal(-0.5, 0.25);
    }

    [Fact]
    public void Responses_AreTheMarkovParameters_AndTheirSums()
    {
        var system = RandomSystems.Draw(5, 2, 3, 1);
        double[,,] impulse = system.ImpulseResponse(400), step = system.StepResponse(400);
        var gain = system.DcGain();
        Matrix<double> a = system.A.ToMathNet(), b = system.B.ToMathNet(), c = system.C.ToMathNet();
        for (int o = 0; o < 3; o++)
        {
            for (int i = 0; i < 2; i++)
            {
                impulse[0, o, i].Should().Be(system.D[o, i]);
                impulse[1, o, i].Should().BeApproximately((c * b)[o, i], 1e-12);
                impulse[3, o, i].Should().BeApproximately((c * a * a * b)[o, i], 1e-12);
                step[7, o, i].Should().BeApproximately(Enumerable.Range(0, 8).Sum(t => impulse[t, o, i]), 1e-12);
                step[399, o, i].Should().BeApproximately(gain[o, i], 1e-10);
            }
        }
    }

    [Fact]
    public void Simulate_FromAState_AddsItsFreeResponse()
    {
        var system = RandomSystems.Draw(4, 2, 2, 2);
        double[,] record = RandomSystems.Matrix(20, 2, 5).ToArray();
        double[] start = [1, -2, 3, 0.5];
        double[,] both = system.Simulate(record, start), free = system.Simulate(new double[20, 2], start), forced = system.Simulate(record);
        var expected = system.C.ToMathNet() * system.A.ToMathNet().Power(3) * CreateVector.DenseOfArray(start);
        for (int o = 0; o < 2; o++)
        {
            free[3, o].Should().BeApproximately(expected[o], 1e-12);
            for (int t = 0; t < 20; t++)
                both[t, o].Should().BeApproximately(free[t, o] + forced[t, o], 1e-12);
        }
    }

    [Fact]
    public void Bode_OfADelayedFirstOrderSystem_HasItsKnownMagnitudeAndPhase()
    {
        // y_t = 0.9 y_{t-1} + u_{t-2}, so G = z^-2 / (1 - 0.9 z^-1)
        var system = new LinearSystem(
            new[,] { { 0.9, 1 }, { 0, 0 } }, new[,] { { 0.0 }, { 1 } }, new[,] { { 1.0, 0 } }, new double[1, 1]);
        double[] frequencies = [.. Enumerable.Range(0, 51).Select(k => k / 100.0)];
        var bode = system.Bode(frequencies);
        double before = 0;
        for (int k = 0; k < frequencies.Length; k++)
        {
            Complex z = Complex.FromPolarCoordinates(1, Math.Tau * frequencies[k]), expected = 1 / (z * z * (1 - 0.9 / z));
            bode.MagnitudeDecibels[k, 0, 0].Should().BeApproximately(20 * Math.Log10(expected.Magnitude), 1e-9);
            double phase = bode.PhaseDegrees[k, 0, 0];
            Math.IEEERemainder(phase - expected.Phase * 180 / Math.PI, 360).Should().BeApproximately(0, 1e-9);
            Math.Abs(phase - before).Should().BeLessThan(180);
            before = phase;
        }
        before.Should().BeApproximately(-360, 1e-6);
        var inHertz = system.Bode([25], sampleTime: 0.01);
        inHertz.MagnitudeDecibels[0, 0, 0].Should().Be(bode.MagnitudeDecibels[25, 0, 0]);
        Invoking(() => system.Bode([0.6])).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("*Nyquist*sampleTime*");
        Invoking(() => system.Bode([51], 0.01)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("*50 Hz*");
        Invoking(() => system.Bode([0.1], 0)).Should().ThrowExactly<ArgumentOutOfRangeException>().WithMessage("*sample time*");
    }

    [Fact]
    public void Integrators_HaveNoDcGain_AndTheErrorNamesThePole()
    {
        var integrator = new LinearSystem(new[,] { { 1.0 } }, new[,] { { 1.0 } }, new[,] { { 1.0 } }, new double[1, 1]);
        integrator.IsStable().Should().BeFalse();
        Invoking(integrator.DcGain).Should().ThrowExactly<InvalidOperationException>().WithMessage("*pole at*1*");
        Invoking(integrator.ControllabilityGramian).Should().ThrowExactly<InvalidOperationException>().WithMessage("*stable*");
        Invoking(() => integrator.ReduceToOrder(0)).Should().ThrowExactly<InvalidOperationException>().WithMessage("*stable*");
    }

    [Fact]
    public void Shapes_ThatDoNotFit_AreNamed()
    {
        Invoking(() => (Known with { B = new double[3, 1] }).Poles())
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("B must be (states, inputs)*(2, 1)*(3, 1)*");
        Invoking(() => (Known with { A = new double[2, 3] }).IsStable())
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("A must be*");
        Invoking(() => (Known with { D = new[,] { { double.NaN } } }).DcGain())
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("D must hold finite numbers*");
        Invoking(() => Known.Simulate(new double[5, 2])).Should().ThrowExactly<ArgumentException>().WithMessage("*(steps, 1)*");
        Invoking(() => Known.Simulate(new double[5, 1], [1])).Should().ThrowExactly<ArgumentException>().WithMessage("*2 states*");
        Invoking(() => Known.StepResponse(0)).Should().ThrowExactly<ArgumentOutOfRangeException>();
        Invoking(() => Known.TransmissionZeros(0)).Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData("S5, sequence to sequence")]
    [InlineData("LRU, sequence to sequence, layer norm behind")]
    public void Poles_OfATrainedLayer_AreThoseThatTheModelLists(string name)
    {
        var options = ModelCases.Options(name);
        var (_, parameters) = ModelCases.Create(options, ModelCases.Data(options, 9));
        var model = new TrainedModel(options, parameters, Summary.None);
        var listed = Pole.Of(model).Where(pole => pole.Core == "Blocks.0.Core").Select(pole => pole.Value).ToList();
        var poles = LinearSystem.OfCore(model, 0).Poles();
        poles.Should().HaveCount(2 * listed.Count);
        listed.Should().AllSatisfy(pole => poles.Min(other => (other - pole).Magnitude).Should().BeLessThan(1e-10));
    }

    private static double SmallestSingularValue(LinearSystem system, Complex z)
    {
        int order = system.Order;
        var matrix = Matrix<Complex>.Build.Dense(order + system.Outputs, order + system.Inputs);
        matrix.SetSubMatrix(0, 0, system.A.ToMathNet().ToComplex() - Matrix<Complex>.Build.DenseIdentity(order) * z);
        matrix.SetSubMatrix(0, order, system.B.ToMathNet().ToComplex());
        matrix.SetSubMatrix(order, 0, system.C.ToMathNet().ToComplex());
        matrix.SetSubMatrix(order, order, system.D.ToMathNet().ToComplex());
        return matrix.Svd(false).S.Min(value => value.Real);
    }
}
