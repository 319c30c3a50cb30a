using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Onnx.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests;

/// <summary>
/// Exports of cores whose factors depend on the input, and of local attention, where numbers are extreme; and how large their files are.
/// </summary>
public sealed class SelectiveLaws
{
    // As in ModelLaws.
    private const double Near = 1e-4;

    // Bytes of the nodes and small constants of a layer, with their names.
    private const int NodesOfLayer = 16 << 10;

    public static TheoryData<string> Names =>
    [
        "S6, sequence to sequence", "S6, irregular, sequence to sequence", "SSD, Mamba-2 block, sequence to sequence",
        "SSD, irregular, Mamba-2 block, sequence to sequence", "RG-LRU, sequence to sequence", "RG-LRU, complex, sequence to sequence",
        "LIV, sequence to sequence", "LIV, irregular, sequence to sequence", "RG-LRU in Griffin",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void StepWithoutNumbers_AmongOthers_ReachesTheSameStepsAsInTheManagedEngine(string name)
    {
        var model = TrainedCases.Create(name);
        var data = ModelCases.WithGlitch(ModelCases.Data(model.Options, 37, 20, 100), 33, float.NaN);
        using OnnxCase sequences = new(model, data, new() { Form = OnnxForm.Sequences }), steps = new(
            model, data, new() { Form = OnnxForm.Step });
        sequences.CompareSequences().Should().BeLessThan(Near);
        steps.CompareSteps().Should().BeLessThan(Near);
    }

    [Theory]
    [InlineData("S6, sequence to sequence")]
    [InlineData("SSD, Mamba-2 block, sequence to sequence")]
    public void RatesThatForgetEverything_BesideOthersThatForgetNothing_StayNumbers(string name)
    {
        var model = TrainedCases.Create(name);
        foreach (var parameter in model.Parameters.Parameters.Where(parameter => parameter.Name.EndsWith("ALog", StringComparison.Ordinal)))
        {
            var logs = parameter.Of(model.Parameters.Values);
            for (int i = 0; i < logs.Length; i++)
                logs[i] = i % 2 == 0 ? 90 : -90;
        }
        var data = ModelCases.Data(model.Options, 37, 1, 70);
        using OnnxCase sequences = new(model, data, new() { Form = OnnxForm.Sequences }), steps = new(
            model, data, new() { Form = OnnxForm.Step });
        sequences.CompareSequences().Should().BeLessThan(Near);
        steps.CompareSteps().Should().BeLessThan(Near);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void File_OfAUsualWidth_IsAboutTheSizeOfItsParameters(string name)
    {
        var options = TrainedCases.Options(name);
        var core = (NetworkOptions)options.Architecture;
        var model = TrainedCases.Create(options with { Architecture = core with { Layers = 3, ModelSize = 48 } });
        int parameters = model.Parameters.Values.Length * sizeof(float);
        var data = ModelCases.Data(model.Options, 5);
        foreach (var form in Enum.GetValues<OnnxForm>())
        {
            using var exported = new OnnxCase(model, data, new() { Form = form });
            exported.File.Length.Should().BeLessThan(parameters + 3 * NodesOfLayer);
        }
    }
}
