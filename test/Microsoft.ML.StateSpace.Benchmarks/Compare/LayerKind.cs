using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>A core that is measured by itself: how it is made for so many channels and states, its oracle, and the least work of a pass over so many rows.</summary>
internal sealed record LayerKind(
    string Name, int States, Func<ParameterLayout, int, int, Layer> Create, SequenceMap Oracle, Func<int, int, int, bool, Work> Least, (int Batch, int Length, int Size)[] Shapes)
{
    // Of an exponential, counted as the polynomial that it takes.
    private const double Exponential = 16;

    /// <summary>All kinds; a state size of 0 stands for as many as there are channels.</summary>
    public static LayerKind[] All { get; } =
    [
        new("S5", 0, (layout, size, states) => new S5(layout, new S5Options(), size, states, bidirectional: false),
            (p, x) => Cores.S5(p, x, Discretization.ZeroOrderHold), DiagonalWork, [(16, 1024, 64), (4, 4096, 64), (1, 16384, 64), (8, 1024, 256)]),
        new("LRU", 0, (layout, size, states) => new Lru(layout, new LruOptions(), size, states, bidirectional: false),
            (p, x) => Cores.Lru(p, x, LruNormalization.Trainable), DiagonalWork, [(16, 1024, 64), (4, 4096, 64), (1, 16384, 64), (8, 1024, 256)]),
        new("S6", 16, (layout, size, states) => new S6(layout, new S6Options(), size, states),
            (p, x) => SelectiveCores.S6(p, x, InputDiscretization.Euler), SelectiveWork, [(16, 1024, 128), (4, 4096, 128), (1, 16384, 128)]),
        new("RG-LRU", 1, (layout, size, states) => new RgLru(layout, new RgLruOptions(), size),
            (p, x) => GatedCores.RgLru(p, x, RgLruFirstStep.UnitMultiplier), GatedWork, [(16, 1024, 128), (4, 4096, 128), (1, 16384, 128)]),
        Ssd(16),
        Ssd(64),
        // the paper's N = 64 counts conjugate partners
        new("S4D", 32, (layout, size, states) => new S4D(layout, new S4DOptions(), size, states, bidirectional: false),
            (p, x) => ChannelCores.S4D(p, x, Discretization.ZeroOrderHold), ChannelWork, [(16, 1024, 64), (4, 4096, 64), (1, 16384, 64)]),
    ];

    public static LayerKind Of(string name) => All.First(kind => kind.Name == name);

    /// <summary>Products with B and C, and in training both gradients of each; the input read and the output written once; in training the states written and
    /// read once, the input and both gradients once more.</summary>
    private static Work DiagonalWork(int rows, int size, int states, bool train)
    {
        double products = 8.0 * rows * size * states, values = 4.0 * rows * size;
        return train ? new Work(3 * products, (5 + 2 * 2) * values) : new Work(products, 2 * values);
    }

    /// <summary>The products of chunks with the states between them, and in training both gradients of each; the input read and the output written once; in training the input and
    /// both gradients once more.</summary>
    private static Work ChannelWork(int rows, int size, int states, bool train)
    {
        double products = 8.0 * rows * size * states, values = 4.0 * rows * size;
        return train ? new Work(3 * products, 5 * values) : new Work(products, 2 * values);
    }

    /// <summary>The projections, and in training both gradients of each; an exponential and three multiply-adds a state and row, in training twice and nine more;
    /// the input read and the output written once; in training the input and both gradients once more.</summary>
    private static Work SelectiveWork(int rows, int size, int states, bool train)
    {
        int rank = (size + 15) / 16;
        double products = 2.0 * rows * size * (2 * rank + 2 * states), scan = rows * (double)size * states * (Exponential + 6), values = 4.0 * rows * size;
        return train ? new Work(3 * products + 2 * scan + 18.0 * rows * size * states, 5 * values) : new Work(products + scan, 2 * values);
    }

    /// <summary>The two gates, and in training both gradients of each; three exponentials and some twelve flops a channel and row, in training one and 25 more;
    /// the input read and the output written once; in training gates and states written and read once, the input and both gradients once more.</summary>
    private static Work GatedWork(int rows, int size, int states, bool train)
    {
        double products = 4.0 * rows * size * size, gates = rows * (double)size * (3 * Exponential + 12), values = 4.0 * rows * size;
        return train ? new Work(3 * products + gates + rows * (double)size * (Exponential + 25), (5 + 3 * 2) * values) : new Work(products + gates, 2 * values);
    }

    // As it stands in a block of its own kind, less the convolution: x as it comes, and B, C and dt from a linear map.
    private static LayerKind Ssd(int states) => new(
        $"SSD, N = {states}", states,
        (layout, size, n) => new Chain(
            new Beside(null, layout.Scope("Projection", () => new Linear(layout, size, 2 * n + SsdScan.HeadsOf(SsdFor(size), size), bias: false))),
            layout.Scope("Scan", () => new SsdScan(layout, SsdFor(size), size, n))),
        (p, x) => Testing.Oracle.Ssd.Core(p, x, states), SsdWork, [(16, 1024, 128), (4, 4096, 128), (1, 16384, 128)]);

    private static SsdOptions SsdFor(int size) => new() { HeadSize = Math.Min(16, size / 2) };

    /// <summary>The projection, and three multiply-adds a state and row, which is the recurrence, not the chunks; in training both gradients of each;
    /// the input read and the output written once; in training the input and both gradients once more.</summary>
    private static Work SsdWork(int rows, int size, int states, bool train)
    {
        double products = 2.0 * rows * size * (2 * states + size / 16), scan = 6.0 * rows * size * states, values = 4.0 * rows * size;
        return train ? new Work(3 * (products + scan), 5 * values) : new Work(products + scan, 2 * values);
    }
}
