using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>No parameter value takes a certified core beyond its gain, or makes its numbers undefined.</summary>
[Trait("Kind", "Law")]
public class L2RuStabilityTests
{
    private const int Length = 30, Size = 3;
    private static readonly float[] Extremes = [-50, -20, -5, 0, 3, 20, 50];

    public static TheoryData<L2RuParametrization, string> Cases
    {
        get
        {
            var cases = new TheoryData<L2RuParametrization, string>();
            foreach (var parametrization in Enum.GetValues<L2RuParametrization>())
                foreach (var parameter in Run(parametrization).Parameters.Parameters)
                    cases.Add(parametrization, parameter.Name);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ExtremeParameters_KeepTheBound_AndFiniteGradients(L2RuParametrization parametrization, string parameter)
    {
        foreach (float value in Extremes)
        {
            var run = Run(parametrization);
            run.Parameters[parameter].Fill(value);
            float[] input = Draw.Uniform(Length * Size), inputGradient = new float[input.Length];
            var gradients = new ParameterSet(run.Parameters.Parameters);
            float[] output = run.Forward(input, Length);
            double gain = Math.Sqrt(output.Sum(y => (double)y * y) / input.Sum(u => (double)u * u));
            gain.Should().BeLessThanOrEqualTo(L2RuCase.Gain, $"{parameter} is {value}");
            run.Backward(input, [Length], Draw.Uniform(output.Length, 2), inputGradient, gradients);
            inputGradient.Should().OnlyContain(g => float.IsFinite(g));
            foreach (var p in gradients.Parameters)
                gradients[p.Name].ToArray()
                    .Should().OnlyContain(g => float.IsFinite(g), $"the gradient of {p.Name} stays finite at {parameter} = {value}");
        }
    }

    [Theory]
    [InlineData(L2RuParametrization.Dilation)]
    [InlineData(L2RuParametrization.NonSquare)]
    public void SlowPoles_KeepTheBound(L2RuParametrization parametrization)
    {
        foreach (float nuLog in new[] { -6f, -9f, -12f, -50f })
        {
            var layout = new ParameterLayout();
            var layer = L2RuCase.Core(parametrization)(layout, Size);
            var parameters = layout.Create(new Random(3));
            parameters["NuLog"].Fill(nuLog);
            GainAnalysis.FrequencyResponse(Systems.Of(layer, layout, parameters), 2001).Gains.Max().Should().BeInRange(0, L2RuCase.Gain);
        }
    }

    [Fact]
    public void InitialSquareCore_RemembersLong_AndIsStable()
    {
        var layout = new ParameterLayout();
        var layer = L2RuCase.Core(L2RuParametrization.Square, gain: 1)(layout, 16);
        var system = Systems.Of(layer, layout, layout.Create(new Random(1)));
        double[,] power = system.A;
        for (int k = 0; k < 8; k++)
            power = Testing.Oracle.Dense.Times(power, power);
        // |A^256| of eigenvalues of modulus r is about r^256.
        Math.Pow(Testing.Oracle.Dense.SpectralNorm(power), 1.0 / 256).Should().BeInRange(0.95, 0.9999);
    }

    [Fact]
    public void InitialSelectiveCore_HasItsCoefficientsOnTheRing()
    {
        var run = Run(L2RuParametrization.Selective, noise: false);
        int states = run.Parameters["Gates.Bias"].Length / 4;
        run.Parameters["Gates.Bias"][..states].ToArray().Should().AllSatisfy(bias => Math.Tanh(bias).Should().BeInRange(0.8, 0.99));
    }

    private static LayerRun Run(L2RuParametrization parametrization, bool noise = true)
    {
        var run = new LayerRun(layout => L2RuCase.Core(parametrization)(layout, Size));
        if (noise)
            return run;
        var layout = new ParameterLayout();
        L2RuCase.Core(parametrization)(layout, Size);
        layout.Create(new Random(1)).Values.CopyTo(run.Parameters.Values);
        return run;
    }
}
