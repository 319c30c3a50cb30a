using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>Builds the blocks of a model: the core that the architecture names, in the scaffold that it names.</summary>
internal sealed class Scaffolding(ParameterLayout layout, ArchitectureOptions architecture, int width)
{
    private int _branches; // tells the dropout masks of different branches apart

    private double Dropout => architecture.Dropout ?? 0;

    /// <summary>The residual branches of all layers, in order.</summary>
    public Block[] CreateBlocks(int layers) => [.. Enumerable.Range(0, layers).SelectMany(i => layout.Scope($"Blocks.{i}", CreateLayer))];

    private Block[] CreateLayer() => architecture.ChosenScaffold switch
    {
        GluScaffold glu => [Branch(glu.NormPlacement, CreateCore, () => new Glu(layout, glu.Nonlinearity, width, Dropout, _branches++))],
        var other => throw new NotSupportedException($"There is no scaffold for {other.GetType().Name}."),
    };

    private Block Branch(NormPlacement placement, Func<Layer> createCore, Func<Layer>? createMap)
    {
        var norm = CreateNorm();
        var core = layout.Scope("Core", createCore);
        return new Block(norm, core, createMap is null ? null : layout.Scope("Map", createMap), placement);
    }

    private Layer? CreateNorm() => architecture.ChosenNorm switch
    {
        NormKind.LayerNorm => layout.Scope("Norm", () => new LayerNorm(layout, width)),
        NormKind.RmsNorm => layout.Scope("Norm", () => new RmsNorm(layout, width)),
        _ => null,
    };

    private Layer CreateCore() => CreateCore(width);

    // A core of that many channels in and out.
    private TimeLayer CreateCore(int channels)
    {
        int states = architecture.StateSize ?? throw new ArgumentException("Architecture.StateSize must be set before a model is built.");
        bool bidirectional = architecture.Bidirectional ?? throw new ArgumentException("Architecture.Bidirectional must be set before a model is built.");
        return architecture switch
        {
            S5Options s5 => new S5(layout, s5, channels, states, bidirectional),
            LruOptions lru => new Lru(layout, lru, channels, states, bidirectional),
            _ => throw new NotSupportedException($"There is no core for {architecture.GetType().Name}."),
        };
    }
}
