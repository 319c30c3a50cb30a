using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Layers;

/// <summary>Poles that start on a ring in every parametrisation, and step sizes that are uniform.</summary>
public class RingTests
{
    private const double Inner = 0.7, Outer = 0.95, Largest = 1.5;

    private static readonly Dictionary<string, NetworkOptions> Rings = new()
    {
        ["S5"] = Sized(new S5Options
        {
            Initialization = S5Initialization.Ring, RadiusMinimum = Inner, RadiusMaximum = Outer, PhaseMaximum = Largest,
        }),
        ["S5, clipped, one step size, bilinear"] = Sized(new S5Options
        {
            Initialization = S5Initialization.Ring, RadiusMinimum = Inner, RadiusMaximum = Outer, PhaseMaximum = Largest,
            Parametrization = S5Parametrization.Clipped, GlobalStepSize = true, Discretization = Discretization.Bilinear,
        }),
        ["S4D"] = Sized(new S4DOptions
        {
            Initialization = S4DInitialization.Ring, RadiusMinimum = Inner, RadiusMaximum = Outer, PhaseMaximum = Largest,
        }),
        ["S4D, bilinear"] = Sized(new S4DOptions
        {
            Initialization = S4DInitialization.Ring, RadiusMinimum = Inner, RadiusMaximum = Outer, PhaseMaximum = Largest,
            Discretization = Discretization.Bilinear,
        }),
        ["LRU"] = Sized(new LruOptions { RadiusMinimum = Inner, RadiusMaximum = Outer, PhaseMaximum = Largest }),
    };

    public static TheoryData<string> Names => [.. Rings.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Poles_LieOnTheRing_UniformInItsArea(string name)
    {
        var poles = Pole.Of(Create(Rings[name])).Select(pole => pole.Value).ToArray();
        poles.Should().AllSatisfy(pole => pole.Magnitude.Should().BeInRange(Inner - 1e-5, Outer + 1e-5));
        poles.Should().AllSatisfy(pole => pole.Phase.Should().BeInRange(-1e-5, Largest + 1e-5));
        // |lambda|^2 and the phase are uniform. A mean of as many draws is within five standard deviations.
        double deviation = 5 / Math.Sqrt(12 * poles.Length), low = Inner * Inner, high = Outer * Outer;
        poles.Average(pole => pole.Magnitude * pole.Magnitude).Should().BeApproximately((low + high) / 2, (high - low) * deviation);
        poles.Average(pole => pole.Phase).Should().BeApproximately(Largest / 2, Largest * deviation);
    }

    // Without D, the energy of the responses to impulses is the variance of the answer to white noise.
    [Theory]
    [MemberData(nameof(Names))]
    public void WhiteNoise_GoesOutWithVarianceOne(string name)
    {
        var model = Create(Rings[name]);
        model.Parameters["Blocks.0.Core.D"].Clear();
        var kernel = ConvolutionKernel.OfCore(model, 0, 400);
        double energy = 0;
        for (int output = 0; output < kernel.Outputs; output++)
            for (int input = 0; input < kernel.Inputs; input++)
                for (int lag = 0; lag < 400; lag++)
                    energy += Math.Pow(kernel[lag, output, input], 2);
        (energy / kernel.Outputs).Should().BeApproximately(1, 0.2, "it is the mean of many outputs, each of which varies by about itself");
    }

    [Theory]
    [InlineData(StepSizeDistribution.LogUniform)]
    [InlineData(StepSizeDistribution.Uniform)]
    public void StepSizes_AreUniformBetweenTheirBounds_OrTheirLogarithmsAre(StepSizeDistribution distribution)
    {
        const double Low = 0.001, High = 1;
        foreach (var options in (NetworkOptions[])[
            Sized(new S5Options { StepSizes = distribution, StepSizeMinimum = Low, StepSizeMaximum = High }),
            Sized(new S4DOptions { StepSizes = distribution, StepSizeMinimum = Low, StepSizeMaximum = High }),
            Sized(new S4Options { StepSizes = distribution, StepSizeMinimum = Low, StepSizeMaximum = High })])
        {
            double[] steps = [.. Create(options).Parameters["Blocks.0.Core.LogStep"].ToArray().Select(log => Math.Exp(log))];
            steps.Should().AllSatisfy(step => step.Should().BeInRange(Low * (1 - 1e-5), High * (1 + 1e-5)));
            double deviation = 5 / Math.Sqrt(12 * steps.Length);
            if (distribution == StepSizeDistribution.Uniform)
                steps.Average().Should().BeApproximately((Low + High) / 2, (High - Low) * deviation);
            else
                steps.Average(Math.Log).Should().BeApproximately(Math.Log(Low * High) / 2, Math.Log(High / Low) * deviation);
        }
    }

    private static TrainedModel Create(NetworkOptions architecture)
    {
        var options = new SequenceModelOptions
        {
            Task = SequenceTask.SequenceToSequence, Inputs = 2, Outputs = 2, Architecture = architecture,
        };
        return new TrainedModel(options, new SequenceNetwork(options).Layout.Create(new Random(3)), Summary.None);
    }

    private static T Sized<T>(T options)
        where T : NetworkOptions
        => options with { Layers = 1, ModelSize = 40, StateSize = 60, Bidirectional = false, Dropout = 0 };
}
