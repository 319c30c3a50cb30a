using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests;

/// <summary>NaN among the inputs of a model that knows no missing values spoils the same answers as in the managed engine.</summary>
public sealed class NaNLaws
{
    private const double Near = 1e-4;

    // Within a chunk, and behind the first one.
    private static readonly int[] Steps = [5, 40];

    public static TheoryData<string> Names => TrainedCases.NamesWithoutMissing;

    // A token is a whole number, which cannot be missing.
    public static TheoryData<string> CausalNames =>
    [
        .. TrainedCases.CausalNamesWithoutMissing.Select<object[], string>(row => (string)row[0])
            .Where(name => TrainedCases.Options(name).Vocabulary == 0),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void InSequences_NaNSpoilsWhatItSpoilsInTheManagedEngine(string name)
    {
        foreach (int step in Steps)
        {
            using var exported = Create(name, OnnxForm.Sequences, step);
            exported.CompareSequences().Should().BeLessThan(Near);
        }
    }

    [Theory]
    [MemberData(nameof(CausalNames))]
    public void InSteps_NaNSpoilsWhatItSpoilsInAStream(string name)
    {
        using var exported = Create(name, OnnxForm.Step, Steps[0]);
        exported.CompareSteps().Should().BeLessThan(Near);
    }

    private static OnnxCase Create(string name, OnnxForm form, int step)
    {
        var model = TrainedCases.Create(name);
        var data = ModelCases.Data(model.Options, 70, 3, 52);
        return new OnnxCase(model, ModelCases.WithGlitch(data, step, float.NaN), new() { Form = form });
    }
}
