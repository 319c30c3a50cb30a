using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests;

/// <summary>The law of an export: ONNX Runtime answers what the managed engine answers, for every model case, in both forms.</summary>
public sealed class ModelLaws
{
    // Sums in another order, exponentials of another library, and powers of poles in the place of repeated products.
    private const double Near = 1e-4;

    public static TheoryData<string> Names => TrainedCases.Names;

    public static TheoryData<string> PairNames => ModelCases.PairNames;

    public static TheoryData<string> CausalNames => TrainedCases.CausalNames;

    [Theory]
    [MemberData(nameof(Names))]
    [MemberData(nameof(PairNames))]
    public void Sequences_AnswerWhatTheManagedEngineAnswers(string name)
    {
        using var exported = OnnxCase.Of(name, new() { Form = OnnxForm.Sequences });
        exported.CompareSequences().Should().BeLessThan(Near);
        exported.CompareSequences(1).Should().BeLessThan(Near, "a batch of the shortest sequence alone is allowed");
    }

    [Theory]
    [MemberData(nameof(CausalNames))]
    public void Steps_AnswerWhatAStreamAnswers(string name)
    {
        using var exported = OnnxCase.Of(name, new() { Form = OnnxForm.Step });
        exported.CompareSteps().Should().BeLessThan(Near);
    }
}
