using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// A core that is measured by itself, or the branch of a block around one. The record says how it is made for a number of channels
/// and states, and has its oracle and the least work of a pass.
/// </summary>
internal sealed record LayerKind(
    string Name,
    int States,
    Func<ParameterLayout, int, int, Layer> Create,
    SequenceMap Oracle,
    LeastWork Least,
    (int Batch, int Length, int Size)[] Shapes)
{
    private static readonly (int, int, int)[] Narrow = [(16, 1024, 64), (4, 4096, 64), (1, 16384, 64)];
    private static readonly (int, int, int)[] Wide = [(16, 1024, 128), (4, 4096, 128), (1, 16384, 128)];

    /// <summary>All kinds; a state size of 0 stands for as many as there are channels.</summary>
    public static LayerKind[] All { get; } =
    [
        new("S5", 0, (layout, size, states) => new S5(layout, new S5Options(), size, states, bidirectional: false),
            (p, x) => Cores.S5(p, x, Discretization.ZeroOrderHold), LeastWorks.Diagonal, [.. Narrow, (8, 1024, 256)]),
        new("LRU", 0, (layout, size, states) => new Lru(layout, new LruOptions(), size, states, bidirectional: false),
            (p, x) => Cores.Lru(p, x, LruNormalization.Trainable), LeastWorks.Diagonal, [.. Narrow, (8, 1024, 256)]),
        new("L2RU", 0, (layout, size, states) => new L2RuDilation(layout, new L2RuOptions(), size, states, gain: 1),
            (p, x) => L2Ru.Core(L2RuParametrization.Dilation, p, x), LeastWorks.Certified, Narrow),
        new("S6", 16, (layout, size, states) => new S6(layout, new S6Options(), size, states),
            (p, x) => SelectiveCores.S6(p, x, InputDiscretization.Euler), LeastWorks.Selective, Wide),
        // The core inside of the block has 128 channels (d_inner of the paper).
        new("Mamba", 16,
            (layout, size, states)
                => new Scaffolding(layout, new S6Options { StateSize = states, Bidirectional = false }, size).CreateMamba(new(), 2 * size),
            (p, x) => Scaffolds.Mamba(p, x, (inner, u) => SelectiveCores.S6(inner, u, InputDiscretization.Euler)),
            LeastWorks.Mamba, Narrow),
        new("RG-LRU", 1, (layout, size, states) => new RgLru(layout, new RgLruOptions(), size),
            (p, x) => GatedCores.RgLru(p, x, RgLruFirstStep.UnitMultiplier), LeastWorks.Gated, Wide),
        Ssd(16),
        Ssd(64),
        // The papers say N = 64 for the same size, because they count the conjugate of each state too.
        new("S4D", 32, (layout, size, states) => new S4D(layout, new S4DOptions(), size, states, bidirectional: false),
            (p, x) => ChannelCores.S4D(p, x, Discretization.ZeroOrderHold), LeastWorks.Channels, Narrow),
        new("S4", 32, (layout, size, states) => new S4(layout, new S4Options(), size, states, bidirectional: false),
            ChannelCores.S4, LeastWorks.Channels, Narrow),
        new("H3", 32,
            (layout, size, states) => new Scaffolding(layout, new S4DOptions { StateSize = states, Bidirectional = false }, size)
                .CreateH3(new() { ShiftSize = 2 * states }),
            (p, x) => Scaffolds.H3(p, x, (inner, u) => ChannelCores.S4D(inner, u, Discretization.ZeroOrderHold)), LeastWorks.H3, Narrow),
    ];

    public static LayerKind Of(string name) => All.First(kind => kind.Name == name);

    /// <summary>Whether it is more than a core.</summary>
    public bool IsBlock => Name is "Mamba" or "H3";

    // The core as it stands in the Mamba-2 block, without that block's convolution: x is the input itself, and a linear map of the
    // input gives B, C and dt.
    private static LayerKind Ssd(int states) => new(
        $"SSD, N = {states}", states,
        (layout, size, n) => new Sequential(
            new Concat(
                null, layout.Scope("Projection", () => new Linear(layout, size, 2 * n + SsdScan.HeadsOf(SsdFor(size), size), bias: false))),
            layout.Scope("Scan", () => new SsdScan(layout, SsdFor(size), size, n))),
        (p, x) => Testing.Oracle.Ssd.Core(p, x, states), LeastWorks.Ssd, Wide);

    private static SsdOptions SsdFor(int size) => new() { HeadSize = Math.Min(16, size / 2) };
}
