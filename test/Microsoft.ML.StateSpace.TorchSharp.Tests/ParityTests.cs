using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Testing;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests;

/// <summary>The law of this engine: whatever the managed engine computes, TorchSharp computes too.</summary>
public sealed class ParityTests
{
    public static TheoryData<string> Names => ModelCases.Names;

    public static TheoryData<string> PairNames => ModelCases.PairNames;

    [TorchTheory]
    [MemberData(nameof(Names))]
    [MemberData(nameof(PairNames))]
    public void ForwardAndGradient_AreThoseOfTheManagedEngine(string name)
    {
        using var pair = new EnginePair(ModelCases.Options(name), CPU);
        AssertNear(pair.Outputs(), Tolerance.Engines);
        var (loss, gradient) = pair.LossAndGradient();
        AssertNear(loss, Tolerance.Engines);
        AssertNear(gradient, Tolerance.Engines);
    }

    [TorchTheory]
    [MemberData(nameof(Names))]
    [MemberData(nameof(PairNames))]
    public void FiftySteps_LoseWhatTheManagedEngineLoses(string name)
    {
        using var pair = new EnginePair(ModelCases.Options(name), CPU);
        AssertNear(pair.Steps(50), Tolerance.EngineLosses);
    }

    public static TheoryData<string, ValueLossKind> Losses
    {
        get
        {
            var cases = new TheoryData<string, ValueLossKind>();
            foreach (var kind in Enum.GetValues<ValueLossKind>())
            {
                cases.Add("S5, sequence to sequence", kind);
                cases.Add("Regression, two-way", kind);
            }
            return cases;
        }
    }

    // With weights of outputs, and with unknown targets where there is one a step.
    [TorchTheory]
    [MemberData(nameof(Losses))]
    public void LossesOfValues_AreThoseOfTheManagedEngine(string name, ValueLossKind kind)
    {
        using var pair = new EnginePair(ModelCases.Options(name), CPU, training: options => options with
        {
            Loss = kind, HuberThreshold = 0.5, Quantile = 0.8, OutputWeights = [1, 0.25], Washout = name == "Regression, two-way" ? 0 : 3,
        });
        var (loss, gradient) = pair.LossAndGradient();
        AssertNear(loss, Tolerance.Engines);
        AssertNear(gradient, Tolerance.Engines);
    }

    [TorchTheory]
    [InlineData("Tagging")]
    [InlineData("Tagging, two-way")]
    public void WeightsOfTags_AndUnknownTags_AreThoseOfTheManagedEngine(string name)
    {
        using var pair = new EnginePair(
            ModelCases.Options(name), CPU, training: options => options with { ClassWeights = [1, 3, 0.5], Washout = 3 });
        var (loss, gradient) = pair.LossAndGradient();
        AssertNear(loss, Tolerance.Engines);
        AssertNear(gradient, Tolerance.Engines);
    }

    // Relative(...) of anything that is not finite is infinite, so this is also the law that answers stay finite.
    [TorchTheory]
    [MemberData(nameof(Names))]
    public void AGlitch_IsBoundedAsInTheManagedEngine(string name)
    {
        if (ModelCases.Options(name).Vocabulary > 0)
            return; // tokens have no size
        foreach (float glitch in (float[])[1e20f, float.MinValue])
        {
            using var pair = new EnginePair(ModelCases.Options(name), CPU, glitch: glitch);
            AssertNear(pair.Outputs(), Tolerance.Engines);
        }
    }

    // The unit of a channel, and where its zero lies, are taken out by the statistics, which both engines read.
    [TorchTheory]
    [InlineData(1e-12, 0)]
    [InlineData(1e12, 0)]
    [InlineData(1e-3, 1)]
    [InlineData(1e-30, 0)]
    public void Units_AreThoseOfTheManagedEngine(double factor, double offset)
    {
        using var pair = new EnginePair(ModelCases.Options("S5, sequence to sequence"), CPU, unit: x => (float)(factor * x + offset));
        AssertNear(pair.Outputs(), Tolerance.Engines);
        var (loss, gradient) = pair.LossAndGradient();
        AssertNear(loss, Tolerance.Engines);
        AssertNear(gradient, Tolerance.Engines);
    }

    private static void AssertNear(EnginePair.Difference difference, double tolerance)
        => difference.Value.Should().BeLessThanOrEqualTo(tolerance, "that is how far the engines may differ in {0}", difference.Where);
}
