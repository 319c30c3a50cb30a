using System.Numerics;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Layers;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>Between discrete and continuous time, and to and from the form of LRU and S5 layers.</summary>
public class ConversionTests
{
    private static readonly double[,] One = { { 1 } };

    [Fact]
    public void ToDiscrete_OfKnownSystems_IsTheirSolution()
    {
        var lag = new ContinuousSystem(new[,] { { -3.0 } }, new[,] { { 2.0 } }, One, new double[1, 1]).ToDiscrete(0.25);
        lag.A[0, 0].Should().BeApproximately(Math.Exp(-0.75), 1e-15);
        lag.B[0, 0].Should().BeApproximately(2 * (1 - Math.Exp(-0.75)) / 3, 1e-15);
        // Position and speed under a held force.
        var mass = new ContinuousSystem(new double[,] { { 0, 1 }, { 0, 0 } }, new double[,] { { 0 }, { 1 } }, new double[,] { { 1, 0 } },
            new double[1, 1]).ToDiscrete(0.5);
        mass.A.Cast<double>().Should().BeNear([1, 0.5, 0, 1], 1e-15, "A");
        mass.B.Cast<double>().Should().BeNear([0.125, 0.5], 1e-15, "B");
        // Fast and slow together.
        var stiff = new ContinuousSystem(new double[,] { { -1e4, 0 }, { 0, -1e-3 } }, new double[,] { { 1 }, { 1 } },
            new double[,] { { 1, 1 } }, new double[1, 1]).ToDiscrete(1);
        stiff.A[0, 0].Should().BeApproximately(0, 1e-12);
        stiff.A[1, 1].Should().BeApproximately(Math.Exp(-1e-3), 1e-11);
    }

    [Fact]
    public void ToContinuous_IsTheWayBack()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            // A system whose poles are slower than half the sampling rate.
            var drawn = RandomSystems.Draw(1 + seed % 6, 2, 2, seed, radius: 2.5);
            var continuous = new ContinuousSystem(drawn.A, drawn.B, drawn.C, drawn.D);
            var back = continuous.ToDiscrete(0.5).ToContinuous(0.5);
            back.A.Cast<double>().Should().BeNear([.. continuous.A.Cast<double>()], 1e-9, $"A, seed {seed}");
            back.B.Cast<double>().Should().BeNear([.. continuous.B.Cast<double>()], 1e-9, $"B, seed {seed}");
            continuous.Poles().Should().AllSatisfy(pole => continuous.ToDiscrete(0.5).Poles()
                .Min(other => (other - Complex.Exp(0.5 * pole)).Magnitude).Should().BeLessThan(1e-9));
        }
        var mass = new LinearSystem(new[,] { { 1, 0.5 }, { 0, 1 } }, new[,] { { 0.125 }, { 0.5 } }, new[,] { { 1.0, 0 } }, new double[1, 1])
            .ToContinuous(0.5);
        mass.A.Cast<double>().Should().BeNear([0, 1, 0, 0], 1e-7, "two integrators");
        mass.IsStable().Should().BeFalse();
    }

    [Theory]
    [InlineData(-0.3)]
    [InlineData(0)]
    public void ToContinuous_OfAPoleWithoutLogarithm_IsRefused(double pole)
        => Invoking(() => new LinearSystem(new[,] { { 0.5, 0 }, { 0, pole } }, new[,] { { 1.0 }, { 1 } }, new[,] { { 1.0, 1 } }, One)
                .ToContinuous(1))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("*no real logarithm*shorter sample time*");

    [Fact]
    public void SampleTimes_MustBePositive()
    {
        var system = RandomSystems.Draw(2, 1, 1, 1);
        Invoking(() => system.ToContinuous(0)).Should().ThrowExactly<ArgumentOutOfRangeException>();
        Invoking(() => new ContinuousSystem(system.A, system.B, system.C, system.D).ToDiscrete(double.NaN))
            .Should().ThrowExactly<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void DiagonalForm_HasTheSameTransferFunction_ThereAndBack()
    {
        for (int seed = 1; seed <= 30; seed++)
        {
            var system = RandomSystems.Draw(1 + seed % 10, 1 + seed % 3, 1 + seed % 2, seed, 0.98);
            var diagonal = DiagonalSystem.Of(system);
            var back = diagonal.ToLinearSystem();
            back.Order.Should().Be(system.Order);
            back.DistanceTo(system).Should().BeLessThan(1e-9, $"seed {seed}");
            diagonal.Poles.Sum(pole => pole.Imaginary > 0 ? 2 : 1).Should().Be(system.Order);
        }
    }

    [Fact]
    public void DiagonalForm_IsTheRecurrenceOfTheLayers()
    {
        var system = RandomSystems.Draw(7, 2, 3, 5, 0.9);
        var diagonal = DiagonalSystem.Of(system);
        double[,] record = RandomSystems.Matrix(30, 2, 9).ToArray(), expected = system.Simulate(record);
        var state = new Complex[diagonal.Poles.Count];
        for (int t = 0; t < 30; t++)
        {
            for (int n = 0; n < state.Length; n++)
                state[n] = diagonal.Poles[n] * state[n] + diagonal.B[n, 0] * record[t, 0] + diagonal.B[n, 1] * record[t, 1];
            for (int o = 0; o < 3; o++)
            {
                double y = diagonal.D[o, 0] * record[t, 0] + diagonal.D[o, 1] * record[t, 1];
                for (int n = 0; n < state.Length; n++)
                    y += (diagonal.C[o, n] * state[n]).Real;
                y.Should().BeApproximately(expected[t, o], 1e-10);
            }
        }
    }

    [Theory]
    [InlineData("LRU")]
    [InlineData("S5")]
    public void DiagonalForm_OfATrainedLayer_HasItsPolesAndAnswers(string core)
    {
        Func<ParameterLayout, int, Layer> create = core == "LRU"
            ? CoreCase.Lru(LruNormalization.Trainable) : CoreCase.S5(Discretization.ZeroOrderHold);
        var run = new LayerRun(layout => create(layout, 3));
        var layout = new ParameterLayout();
        var system = Systems.Of(create(layout, 3), layout, run.Parameters);
        var diagonal = DiagonalSystem.Of(system);
        diagonal.Poles.Should().HaveCount(system.Order / 2);
        diagonal.ToLinearSystem().DistanceTo(system).Should().BeLessThan(1e-9);
    }

    [Fact]
    public void DiagonalForm_PutIntoAnLru_MakesItAnswerAsTheSystem()
    {
        const int Size = 3, Length = 40;
        var drawn = RandomSystems.Draw(8, Size, Size, 7, 0.95);
        // A layer passes each channel on to itself only.
        double[,] through = DiagonalSystem.Of(drawn).D, d = (double[,])drawn.D.Clone();
        for (int o = 0; o < Size; o++)
            for (int i = 0; i < Size; i++)
                d[o, i] -= o == i ? 0 : through[o, i];
        var system = drawn with { D = d };
        var diagonal = DiagonalSystem.Of(system);
        int states = diagonal.Poles.Count;
        var run = new LayerRun(layout => new Lru(layout, new LruOptions(), Size, states, bidirectional: false));
        for (int n = 0; n < states; n++)
        {
            run.Parameters["NuLog"][n] = (float)Math.Log(-Math.Log(diagonal.Poles[n].Magnitude));
            run.Parameters["ThetaLog"][n] = (float)Math.Log(Math.Max(diagonal.Poles[n].Phase, 1e-12));
            run.Parameters["GammaLog"][n] = 0;
            for (int h = 0; h < Size; h++)
            {
                run.Parameters["B"][n * Size + h] = (float)diagonal.B[n, h].Real;
                run.Parameters["B"][(states + n) * Size + h] = (float)diagonal.B[n, h].Imaginary;
                run.Parameters["C"][h * 2 * states + n] = (float)diagonal.C[h, n].Real;
                run.Parameters["C"][(h * 2 + 1) * states + n] = (float)diagonal.C[h, n].Imaginary;
                run.Parameters["D"][h] = (float)diagonal.D[h, h];
            }
        }
        float[] input = Draw.Uniform(Length * Size, 3);
        var record = new double[Length, Size];
        for (int i = 0; i < input.Length; i++)
            record[i / Size, i % Size] = input[i];
        run.Forward(input, Length).Should().BeNear([.. system.Simulate(record).Cast<double>()], Tolerance.Forward, "y");
    }

    [Fact]
    public void DiagonalForm_OfComplexMatricesAtARealPole_NeedsTwoRealStates()
    {
        // Re((1 + i) x) with x = 0.5 x + (1 - 2 i) u: both parts of the state matter.
        var diagonal = new DiagonalSystem([0.5], new Complex[,] { { new(1, -2) } }, new Complex[,] { { new(1, 1) } }, new double[1, 1]);
        var system = diagonal.ToLinearSystem();
        double[,,] impulse = system.ImpulseResponse(3);
        impulse[0, 0, 0].Should().BeApproximately(3, 1e-15);
        impulse[2, 0, 0].Should().BeApproximately(0.75, 1e-15);
    }

    [Fact]
    public void DiagonalForm_OfADefectiveSystem_IsRefused()
    {
        double[,] input = { { 0 }, { 1 } }, output = { { 1, 0 } };
        Invoking(() => DiagonalSystem.Of(new(new[,] { { 0.5, 1 }, { 0, 0.5 } }, input, output, One)))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("A cannot be made diagonal*condition number*");
        Invoking(() => DiagonalSystem.Of(new(new[,] { { 0.5, 1 }, { 0, 0.5 + 1e-12 } }, input, output, One)))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("A cannot be made diagonal*");
        // Equal poles with eigenvectors of their own are no harm.
        DiagonalSystem.Of(new(new[,] { { 0.5, 0 }, { 0, 0.5 } }, input, output, One)).Poles.Should().Equal(0.5, 0.5);
        Invoking(() => DiagonalSystem.Of(new(new[,] { { 0.5, 1 }, { 0, 0 } }, input, output, One)))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("*pure delay*Shift the inputs*");
    }
}
