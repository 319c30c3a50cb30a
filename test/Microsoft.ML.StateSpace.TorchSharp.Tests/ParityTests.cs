using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Testing;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Tests;

/// <summary>The law of this engine: whatever the managed engine computes, TorchSharp computes too.</summary>
public sealed class ParityTests
{
    public static TheoryData<string> Names => ModelCases.Names;

    [TorchTheory]
    [MemberData(nameof(Names))]
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
    public void FiftySteps_LoseWhatTheManagedEngineLoses(string name)
    {
        using var pair = new EnginePair(ModelCases.Options(name), CPU);
        AssertNear(pair.Steps(50), Tolerance.EngineLosses);
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
