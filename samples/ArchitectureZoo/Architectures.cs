using Microsoft.ML.StateSpace;

namespace ArchitectureZoo;

/// <summary>The contestants: a core, in the block of its own publication or in another. A new one is one line.</summary>
internal static class Architectures
{
    public static readonly IReadOnlyList<Architecture> All =
    [
        // Linear and time-invariant: the same filter for every input.
        new("S5", new S5Options()),
        new("S4D", new S4DOptions()),
        new("S4", new S4Options()),
        new("S4D in H3", new S4DOptions { Scaffold = new H3Scaffold() }),
        new("LRU", new LruOptions()),
        new("LRU in MLP", new LruOptions { Scaffold = new MlpScaffold() }),
        new("LRU in Wiener", new LruOptions { Scaffold = new WienerScaffold() }),
        new("LRU in Mamba", new LruOptions { Scaffold = new MambaScaffold() }),
        new("LRU in Hawk", new LruOptions { Scaffold = new HawkScaffold() }),

        // Selective: what is kept depends on the input.
        new("S6 (Mamba)", new S6Options()),
        new("S6 published steps", new S6Options { StepSizeMinimum = 0.001, StepSizeMaximum = 0.1 }),
        new("SSD (Mamba-2)", new SsdOptions()),
        new("SSD published steps", new SsdOptions { StepSizeMinimum = 0.001, StepSizeMaximum = 0.1 }),
        new("RG-LRU (Hawk)", new RgLruOptions()),
        new("RG-LRU in Griffin", new RgLruOptions { Scaffold = new GriffinScaffold { AttentionEvery = 2 } }), // one layer of each kind
        new("LIV", new LivOptions()),

        // Certified: the gain of the whole network is at most Gain, by construction.
        new("L2RU gain 10", new L2RuOptions { Gain = 10 }),
        new("L2RU selective gain 10", new L2RuOptions { Gain = 10, Parametrization = L2RuParametrization.Selective }),
    ];
}

/// <summary>A named network; sizes are those of the whole zoo.</summary>
internal sealed record Architecture(string Name, NetworkOptions Core)
{
    public NetworkOptions Options => Core with { Layers = 2, ModelSize = 32 };
}
