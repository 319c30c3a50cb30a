using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Onnx.Models;

/// <summary>Which operators a kind of model stands for; they are looked for once a process.</summary>
internal static class OnnxModels
{
    private static readonly Lazy<Counterparts<SequenceModel, IOnnxModel>> Counterparts = new(() => new());

    public static IOnnxModel Of(SequenceModel model)
        => Counterparts.Value.Find(model) ?? throw new NotSupportedException(
            $"A model of the kind {model.Options.Architecture.GetType().Name} cannot be exported to ONNX. Save it with "
            + "mlContext.Model.Save instead, or train it with another Architecture.");
}
