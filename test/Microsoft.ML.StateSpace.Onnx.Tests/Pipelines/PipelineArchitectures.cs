using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Pipelines;

/// <summary>Kinds of models that a pipeline may hold.</summary>
internal static class PipelineArchitectures
{
    public static Dictionary<string, ArchitectureOptions> All { get; } = new()
    {
        ["S5"] = Samples.Small,
        ["LRU"] = new LruOptions { Layers = 2, ModelSize = 8, StateSize = 4 },
        ["LRU, layer norm"] = new LruOptions { Layers = 2, ModelSize = 8, StateSize = 4, Norm = NormKind.LayerNorm },
        ["Ensemble"] = Samples.Ensemble,
    };
}
