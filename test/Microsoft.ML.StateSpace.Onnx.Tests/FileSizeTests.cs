using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Tests;

/// <summary>A file is about as large as the parameters: tables that follow from them are computed by the graph.</summary>
public sealed class FileSizeTests
{
    // What the graph itself takes, which does not grow with the sizes of the layers.
    private const int GraphBytes = 100_000;

    // Factors and powers of poles, and a transposed matrix or two that stands there twice, take some part of what they follow from.
    private const double MostTimes = 1.5;

    public static TheoryData<string> Cores => [.. CoreDefinition.All.Select(core => core.Family)];

    [Theory]
    [MemberData(nameof(Cores))]
    public void File_IsAboutAsLargeAsTheParameters(string name)
    {
        var definition = CoreDefinition.All.Single(each => each.Family == name);
        var core = definition.CreateOptions() with { Layers = 3, ModelSize = 192, Bidirectional = false };
        core = core with { StateSize = definition.HasStateSize ? definition.UsualStateSize(core) : null };
        var network = new SequenceNetwork(
            new SequenceModelOptions { Task = SequenceTask.Classification, Inputs = 1, Outputs = 2, Architecture = core });
        var model = new TrainedModel(network.Options, network.Layout.Create(new Random(1)), Summary.None);
        long parameters = sizeof(float) * (long)model.Parameters.Values.Length;

        foreach (var form in Enum.GetValues<OnnxForm>())
        {
            double file = ModelExport.Create(model, new OnnxExportOptions { Form = form }).ToMemory().Length;
            file.Should().BeLessThan(MostTimes * parameters + GraphBytes, "the parameters have {0} bytes ({1})", parameters, form);
        }
    }
}
