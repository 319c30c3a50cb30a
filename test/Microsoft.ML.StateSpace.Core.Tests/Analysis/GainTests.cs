using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Layers;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

/// <summary>The bounds of single recurrences and maps, for parameters near and far from their initial ones.</summary>
[Trait("Kind", "Law")]
public class GainTests
{
    private const double Gain = 1.5;
    private const int Size = 4;

    public static TheoryData<string, double> Draws
    {
        get
        {
            var draws = new TheoryData<string, double>();
            foreach (string core in new[] { "Dilation", "NonSquare", "Square" })
                foreach (double scale in new[] { 0.1, 1.0, 10.0 })
                    draws.Add(core, scale);
            return draws;
        }
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void Gain_OfARecurrence_IsBelowItsBound_AndTheTestIsSharp(string core, double scale)
    {
        for (int seed = 1; seed <= 4; seed++)
        {
            var system = Draw(Enum.Parse<L2RuParametrization>(core), scale, seed);
            double norm = GainAnalysis.HInfinityNorm(system, 1e-6), peak = GainAnalysis.FrequencyResponse(system, 512).Gains.Max();
            norm.Should().BeLessThanOrEqualTo(Gain * (1 + 2e-6), $"the gain of {core}, seed {seed}, is bounded");
            peak.Should().BeLessThanOrEqualTo(norm * (1 + 1e-9), $"no response of {core}, seed {seed}, exceeds its norm");
            GainAnalysis.IsGainBelow(system, 1.0001 * Gain).Should().BeTrue();
            GainAnalysis.IsGainBelow(system, 0.99 * norm).Should().BeFalse();
        }
    }

    [Theory]
    [InlineData("Dilation", 0.9)]
    [InlineData("NonSquare", 0.95)]
    [InlineData("Square", 0.95)]
    public void Gain_OfARecurrence_ComesNearItsBound_WhereItsFreeNumbersAreLarge(string core, double share)
        => Enumerable.Range(1, 4).Max(seed => GainAnalysis.HInfinityNorm(Draw(Enum.Parse<L2RuParametrization>(core), 10, seed)))
            .Should().BeGreaterThan(share * Gain);

    [Theory]
    [InlineData("LRU")]
    [InlineData("S5")]
    public void HInfinityNorm_OfOtherCores_IsThePeakOfTheirResponse(string core)
    {
        var run = new LayerRun(
            layout => core == "LRU" ? CoreCase.Lru(LruNormalization.Trainable)(layout, 3)
                : CoreCase.S5(Discretization.ZeroOrderHold)(layout, 3));
        var layout = new ParameterLayout();
        var layer = core == "LRU" ? CoreCase.Lru(LruNormalization.Trainable)(layout, 3)
            : CoreCase.S5(Discretization.ZeroOrderHold)(layout, 3);
        var system = Systems.Of(layer, layout, run.Parameters);
        double norm = GainAnalysis.HInfinityNorm(system, 1e-6), peak = GainAnalysis.FrequencyResponse(system, 20_001).Gains.Max();
        peak.Should().BeInRange(norm * (1 - 1e-3), norm * (1 + 1e-9));
    }

    [Theory]
    [InlineData("LRU")]
    [InlineData("S5")]
    [InlineData("L2RU")]
    public void System_OfACore_AnswersAsTheCore(string core)
    {
        const int Length = 50;
        Func<ParameterLayout, int, Layer> create = core switch
        {
            "LRU" => CoreCase.Lru(LruNormalization.TiedL2), "S5" => CoreCase.S5(Discretization.Bilinear),
            _ => L2RuCase.Core(L2RuParametrization.Square),
        };
        var run = new LayerRun(layout => create(layout, 3));
        var layout = new ParameterLayout();
        var system = Systems.Of(create(layout, 3), layout, run.Parameters);
        float[] input = Testing.Draw.Uniform(Length * 3);
        double[][] expected = new PreSystem(system.A, system.B, system.C, system.D).Run(Rows.Unpack(input, 3, Length)[0]);
        run.Forward(input, Length).Should().BeNear(expected.Flat(), Tolerance.Forward, "y");
    }

    [Fact]
    public void FrequencyResponse_OfAConstant_IsItsSpectralNorm()
    {
        foreach (var (rows, columns) in new[] { (1, 1), (7, 7), (9, 4), (4, 9) })
        {
            double[,] d = Dense.Of(Testing.Draw.Uniform(rows * columns, -1, 1, rows).ToDouble(), columns);
            var response = GainAnalysis.FrequencyResponse(
                new LinearSystem(new double[1, 1], new double[1, columns], new double[rows, 1], d), 3);
            response.Gains.Should().AllSatisfy(gain => gain.Should().BeApproximately(d.SpectralNorm(), 1e-10));
        }
        // Many equal singular values, up to rounding.
        var rotation = new Contraction(40, 40);
        rotation.Free.Set(Testing.Draw.Uniform(1600, -1e6, 1e6, 3));
        rotation.Forward();
        double[,] nearly = Dense.Of(rotation.Value.Values, 40);
        GainAnalysis.FrequencyResponse(new LinearSystem(new double[1, 1], new double[1, 40], new double[40, 1], nearly), 2).Gains
            .Should().AllSatisfy(gain => gain.Should().BeApproximately(nearly.SpectralNorm(), 1e-9));
    }

    [Fact]
    public void HInfinityNorm_OfNoConnection_IsNearlyZero()
        => GainAnalysis.HInfinityNorm(new LinearSystem(new[,] { { 0.5 } }, new[,] { { 0.0 } }, new[,] { { 1.0 } }, new[,] { { 0.0 } }))
            .Should().BeLessThan(1e-10);

    [Fact]
    public void HInfinityNorm_OfAnUnstableSystem_IsInfinite()
        => GainAnalysis.HInfinityNorm(new LinearSystem(new[,] { { 1.5 } }, new[,] { { 1.0 } }, new[,] { { 1.0 } }, new[,] { { 0.0 } }))
            .Should().Be(double.PositiveInfinity);

    [Fact]
    public void SelectiveCore_NeverGivesOutMoreThanCameIn()
    {
        foreach (double scale in new[] { 1.0, 10.0 })
        {
            for (int seed = 1; seed <= 4; seed++)
            {
                var run = new LayerRun(layout => L2RuCase.Core(L2RuParametrization.Selective, Gain)(layout, Size), seed);
                Scale(run.Parameters, scale);
                float[] input = Testing.Draw.Uniform(500 * Size, -3, 3, seed);
                double gain = Norm(run.Forward(input, 500)) / Norm(input);
                gain.Should().BeInRange(0.01, Gain);
            }
        }
    }

    [Fact]
    public void Gates_AreContractions_ForAnyFreeNumbers()
    {
        float[] free = Testing.Draw.Uniform(4 * 1000, -20, 20), gates = new float[free.Length];
        DilationGates.Forward(free, gates, 1000);
        for (int n = 0; n < 1000; n++)
            new double[,] { { gates[n], gates[1000 + n] }, { gates[2000 + n], gates[3000 + n] } }.SpectralNorm().Should().BeLessThan(1);
    }

    [Fact]
    public void Sandwich_HasALipschitzConstantOfOne_AndTakesZeroToZero()
    {
        foreach (double scale in new[] { 0.3, 1.0, 4.0 })
        {
            var run = new LayerRun(layout => new Sandwich(layout, Size), seed: 3);
            Scale(run.Parameters, scale);
            float[] x = Testing.Draw.Uniform(2000 * Size, -2, 2, 1), y = run.Forward(x, 2000);
            for (int row = 0; row + 1 < 2000; row++)
            {
                double distance = Norm(Difference(x, row)), image = Norm(Difference(y, row));
                image.Should().BeLessThanOrEqualTo(distance * (1 + 1e-5), $"rows {row} and {row + 1} must not move apart");
            }
            run.Forward(new float[Size], 1).Should().OnlyContain(value => value == 0);
        }
    }

    [Fact]
    public void SandwichFactors_AreOrthonormalTogether()
    {
        double[,] u = Dense.Of(Testing.Draw.Uniform(25, -3, 3, 1).ToDouble(), 5),
            v = Dense.Of(Testing.Draw.Uniform(25, -3, 3, 2).ToDouble(), 5);
        var (a, b) = L2Ru.SandwichFactors(u, v);
        a.T().Times(a).Plus(b.T().Times(b)).Flat().Should().BeNear(Dense.Identity(5).Flat(), Tolerance.Reference, "A^T A + B^T B");
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(30)]
    public void Contraction_IsBelowOne_AndLeavesWhatItSays(double scale)
    {
        var contraction = new Contraction(5, 3);
        contraction.Free.Set(Testing.Draw.Uniform(15, -scale, scale, 4));
        contraction.Forward();
        double[,] u = Dense.Of(contraction.Value.Values, 3), remainder = Dense.Identity(3);
        u.SpectralNorm().Should().BeLessThan(1);
        var root = new Matrix(3, 3);
        root.AddToDiagonal(1);
        contraction.MultiplyRemainder(root);
        remainder = Dense.Of(root.Values, 3);
        u.T().Times(u).Plus(remainder.T().Times(remainder)).Flat().Should().BeNear(Dense.Identity(3).Flat(), 1e-10, "U^T U + R^T R");
    }

    [Fact]
    public void SpectralBound_IsNotBelowTheNorm_AndTightensWithItsPower()
    {
        double[,] free = Dense.Of(Testing.Draw.Uniform(49, -1, 1, 8).ToDouble(), 7), gram = free.T().Times(free);
        var matrix = new Matrix(7, 7);
        gram.Flat().CopyTo(matrix.Values, 0);
        double norm = gram.SpectralNorm(), before = double.PositiveInfinity;
        foreach (int squarings in new[] { 1, 2, 4, 8, 40 })
        {
            double bound = new SpectralBound(7, squarings).Of(matrix);
            bound.Should().BeInRange(norm * (1 - 1e-12), norm * Math.Pow(7, Math.Pow(2, -squarings)) * (1 + 1e-12));
            bound.Should().BeLessThanOrEqualTo(before * (1 + 1e-12));
            before = bound;
        }
        before.Should().BeApproximately(norm, 1e-10 * norm);
    }

    private static LinearSystem Draw(L2RuParametrization core, double scale, int seed)
    {
        var layout = new ParameterLayout();
        var layer = L2RuCase.Core(core, Gain)(layout, Size);
        var parameters = layout.Create(new Random(seed));
        float[] noise = Testing.Draw.Uniform(parameters.Values.Length, -0.25, 0.25, seed + 1);
        for (int i = 0; i < noise.Length; i++)
            parameters.Values[i] += noise[i];
        Scale(parameters, scale);
        return Systems.Of(layer, layout, parameters);
    }

    // Poles stay on their ring.
    private static void Scale(ParameterSet parameters, double scale)
    {
        foreach (var parameter in parameters.Parameters.Where(p => p.Name is not ("NuLog" or "ThetaLog" or "Psi")))
            foreach (ref float value in parameters[parameter.Name])
                value *= (float)scale;
    }

    private static float[] Difference(float[] rows, int row)
        => [.. Enumerable.Range(0, Size).Select(c => rows[row * Size + c] - rows[(row + 1) * Size + c])];

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    [Fact]
    public void FindWorstInput_OfMoreStepsThanAnArrayCanHold_IsRefused()
    {
        var options = ModelCases.Options("S5, sequence to sequence");
        var (_, parameters) = ModelCases.Create(options, ModelCases.Data(options, 9));
        var model = new TrainedModel(options, parameters, Summary.None);
        Invoking(() => GainAnalysis.FindWorstInput(model, int.MaxValue))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which.ParamName.Should().Be("length");
    }

    [Fact]
    public void AModelWithIntervals_IsRefused_AndTheMessageSaysWhy()
    {
        var options = ModelCases.Options("S5, irregular, sequence to sequence");
        var (_, parameters) = ModelCases.Create(options, ModelCases.Data(options, 9));
        var model = new TrainedModel(options, parameters, Summary.None);
        Invoking(() => GainAnalysis.FindWorstInput(model, 5))
            .Should().ThrowExactly<NotSupportedException>().Which.Message.Should().Contain("IntervalColumnName");
        Invoking(() => LinearSystem.OfCore(model, 0))
            .Should().ThrowExactly<NotSupportedException>().Which.Message.Should().Contain("IntervalColumnName");
    }
}
