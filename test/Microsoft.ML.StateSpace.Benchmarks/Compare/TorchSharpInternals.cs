using System.Runtime.CompilerServices;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// What the TorchSharp engine is made of, and shows to nobody: its layers, parameters and pass. A single layer is not trained by anybody
/// but this bench, so the library needs no door for it.
/// </summary>
internal static class TorchSharpInternals
{
    private const string Library = ", Microsoft.ML.StateSpace.TorchSharp", Space = "Microsoft.ML.StateSpace.Torch.";
    private const string Layers = Space + "Layers.TorchLayers" + Library;
    private const string TorchLayer = Space + "Layers.ITorchLayer" + Library;
    private const string TorchParameters = Space + "Models.TorchParameters" + Library;
    private const string TorchPass = Space + "Models.TorchPass" + Library;
    private const string BackwardTensors = Space + "Scans.BackwardTensors" + Library;

    /// <summary>The layer as tensor operations.</summary>
    public static object Of(Layer layer) => Find(null, layer);

    /// <summary>The parameters as leaves that share one flat tensor.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(TorchParameters)]
    public static extern object Parameters(ParameterSet parameters, Device device);

    /// <summary>What a pass over a batch shares among layers.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(TorchPass)]
    public static extern object Pass(
        [UnsafeAccessorType(TorchParameters)] object parameters, SequenceBatch batch, ulong dropoutKey, Device device,
        TorchSharpPrecision precision);

    /// <summary>Keeps the gradients of scans until it is disposed.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(BackwardTensors)]
    public static extern object Gradients();

    /// <summary>(batch, length, inputs) to (batch, length, outputs).</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    public static extern Tensor Forward(
        [UnsafeAccessorType(TorchLayer)] object layer, [UnsafeAccessorType(TorchPass)] object pass, Tensor input);

    /// <summary>The gradient of all parameters in the order of the layout; those of the leaves are set to zero.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    public static extern Tensor TakeGradient([UnsafeAccessorType(TorchParameters)] object parameters);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "Of")]
    [return: UnsafeAccessorType(TorchLayer)]
    private static extern object Find([UnsafeAccessorType(Layers)] object? none, Layer layer);
}
