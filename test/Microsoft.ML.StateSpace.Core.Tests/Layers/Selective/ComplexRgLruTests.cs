using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

public class RectangularBlocksTests() : CausalLayerLaws(
    (layout, size) => new BlockDiagonalLinear(layout, 3 * size, 3, 6 * size),
    (p, x) => [.. x.Select(row => GatedCores.BlockDiagonalLinear(p, row))]);

/// <summary>What the complex RG-LRU does where it can be said in a line, its initial values, and what it refuses.</summary>
[Trait("Kind", "Law")]
public class ComplexRgLruTests
{
    private static readonly RgLruOptions Options = new() { Complex = true };

    public static TheoryData<string, float> Extremes()
    {
        var cases = new TheoryData<string, float>();
        foreach (string parameter in new[] { "Lambda", "Omega", "RecurrenceGate.Bias", "InputGate.Bias" })
            foreach (float value in new[] { -1e20f, -300, -20, 0, 20, 110, 300, 1e20f })
                cases.Add(parameter, value);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Extremes))]
    public void OutputsAndGradients_StayFinite_AtExtremes(string parameter, float value)
    {
        var run = Create(6, Options);
        run.Parameters[parameter].Fill(value);
        float[] x = Draw.Uniform(180), dx = new float[x.Length], y = run.Forward(x, 30);
        var gradients = new ParameterSet(run.Parameters.Parameters);
        run.Backward(x, [30], Draw.Uniform(180, 2), dx, gradients);
        ((float[])[.. y, .. dx, .. gradients.Values]).Should().OnlyContain(number => float.IsFinite(number));
    }

    [Fact]
    public void OpenGate_TurnsTheState_ByOmegaInAStep()
    {
        const int Steps = 1000;
        var run = Create(2, Options);
        run.Parameters["RecurrenceGate.Weight"].Clear();
        run.Parameters["RecurrenceGate.Bias"].Fill(100);
        run.Parameters["Lambda"].Fill(100);
        run.Parameters["Omega"].Fill(0.3f);
        float[] x = new float[2 * Steps];
        (x[0], x[1]) = (0.8f, -0.6f);
        float[] y = run.Forward(x, Steps);
        double gate = new Complex(y[0], y[1]).Magnitude;
        for (int t = 0; t < Steps; t++)
        {
            var expected = gate * new Complex(0.8, -0.6) * Complex.FromPolarCoordinates(1, 0.3f * (double)t);
            (new Complex(y[2 * t], y[2 * t + 1]) - expected).Magnitude.Should().BeLessThan(1e-4);
        }
    }

    [Fact]
    public void WithoutAngles_RealAndImaginaryParts_AreTwoRealStates()
    {
        LayerRun complex = Create(2, Options), real = Create(2, new RgLruOptions { Heads = 2 });
        complex.Parameters["Omega"].Clear();
        // With closed weights both gates of both channels are those of the one state.
        foreach (string gate in new[] { "RecurrenceGate", "InputGate" })
        {
            complex.Parameters[$"{gate}.Weight"].Clear();
            real.Parameters[$"{gate}.Weight"].Clear();
            real.Parameters[$"{gate}.Bias"].Fill(complex.Parameters[$"{gate}.Bias"][0]);
        }
        real.Parameters["Lambda"].Fill(complex.Parameters["Lambda"][0]);
        float[] x = Draw.Uniform(100);
        complex.Forward(x, 50).Should().BeNear(real.Forward(x, 50).ToDouble(), Tolerance.Forward, "h");
    }

    [Fact]
    public void Omega_IsDrawnUniformly_UpToTheLargestPhase()
    {
        var layout = new ParameterLayout();
        _ = new ComplexRgLru(layout, Options with { PhaseMaximum = 2 }, 2000);
        float[] omega = layout.Create(new Random(1))["Omega"].ToArray();
        omega.Should().HaveCount(1000).And.OnlyContain(value => value >= 0 && value <= 2);
        // Six standard deviations of the mean of 1000 draws.
        omega.Average(value => (double)value).Should().BeApproximately(1, 6 * 2 / Math.Sqrt(12 * 1000));
    }

    [Theory]
    [InlineData(7, 1, "Complex", "7 cannot be")]
    [InlineData(12, 4, "Heads", "6 complex channels")]
    public void Channels_ThatCannotBePairedOrSplit_AreRefused(int channels, int heads, string option, string says)
    {
        var error = Invoking(() => new ComplexRgLru(new ParameterLayout(), Options with { Heads = heads }, channels))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which;
        error.ParamName.Should().Be(option);
        error.Message.Should().Contain(says);
    }

    private static LayerRun Create(int size, RgLruOptions options)
        => new(layout => options.Complex ? new ComplexRgLru(layout, options, size) : new RgLru(layout, options, size));
}
