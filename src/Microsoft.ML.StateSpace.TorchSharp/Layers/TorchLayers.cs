using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>Which tensor operations a layer of the model stands for; they are looked for once a process.</summary>
internal static class TorchLayers
{
    private static readonly Lazy<Counterparts<Layer, ITorchLayer>> Counterparts = new(() => new());

    public static ITorchLayer Of(Layer layer)
        => Counterparts.Value.Find(layer) ?? throw new NotSupportedException(
            $"The TorchSharp engine cannot train {layer.GetType().Name}; leave TrainingOptions.Engine unset.");
}
