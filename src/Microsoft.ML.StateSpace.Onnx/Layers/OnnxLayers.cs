using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>Which operators a layer of the model stands for; they are looked for once a process.</summary>
internal static class OnnxLayers
{
    private static readonly Lazy<Counterparts<Layer, IOnnxLayer>> Counterparts = new(() => new());

    public static IOnnxLayer Of(Layer layer)
        => Counterparts.Value.Find(layer) ?? throw new NotSupportedException(
            $"A model with the layer {layer.GetType().Name} cannot be exported to ONNX. Save it with mlContext.Model.Save instead.");
}
