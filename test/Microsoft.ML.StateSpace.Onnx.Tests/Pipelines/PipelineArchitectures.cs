using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Onnx.Tests.Pipelines;

/// <summary>Kinds of models that a pipeline may hold: every core in the scaffold of its publication, and what is no network.</summary>
internal static class PipelineArchitectures
{
    public static Dictionary<string, NetworkOptions> Networks { get; } = new()
    {
        ["S5"] = new S5Options { Layers = 2, ModelSize = 8, StateSize = 4 },
        ["S5, layer norm"] = new S5Options { Layers = 2, ModelSize = 8, StateSize = 4, Norm = NormKind.LayerNorm },
        ["LRU"] = new LruOptions { Layers = 2, ModelSize = 8, StateSize = 4 },
        ["S4D"] = new S4DOptions { Layers = 2, ModelSize = 8 },
        ["S4"] = new S4Options { Layers = 2, ModelSize = 8 },
        ["S6"] = new S6Options { Layers = 2, ModelSize = 8 },
        ["SSD"] = new SsdOptions { Layers = 2, ModelSize = 64 },
        ["RG-LRU"] = new RgLruOptions { Layers = 2, ModelSize = 8 },
        ["LIV"] = new LivOptions { Layers = 2, ModelSize = 8 },
        ["L2RU"] = new L2RuOptions { Layers = 2, ModelSize = 8, StateSize = 8 },
        ["Griffin"] = new RgLruOptions { Layers = 3, ModelSize = 8, Scaffold = new GriffinScaffold() },
        ["H3"] = new S4DOptions { Layers = 2, ModelSize = 8, Scaffold = new H3Scaffold() },
    };

    public static Dictionary<string, ArchitectureOptions> All { get; } = new(
        [.. Networks.Select(network => KeyValuePair.Create(network.Key, (ArchitectureOptions)network.Value))])
    {
        ["Ensemble"] = Samples.Ensemble,
        ["Bank"] = new StateSpaceBankOptions { Filters = 60 },
    };
}
