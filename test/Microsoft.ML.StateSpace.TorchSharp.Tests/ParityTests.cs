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

    private static void AssertNear(EnginePair.Difference difference, double tolerance)
        => difference.Value.Should().BeLessThanOrEqualTo(tolerance, "that is how far the engines may differ in {0}", difference.Where);
}
