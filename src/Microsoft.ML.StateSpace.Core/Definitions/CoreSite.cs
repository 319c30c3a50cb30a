using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Definitions;

/// <summary>The place in a network where a core is built. A scaffold makes it; the core's definition fills it.</summary>
/// <param name="layout">Where the core declares its parameters.</param>
/// <param name="architecture">The network; its sizes must be set.</param>
/// <param name="channels">Channels that come in, and as many that go out unless the architecture has other sizes.</param>
/// <param name="hasIntervals">Whether time steps come with the time since the step before.</param>
internal sealed class CoreSite(ParameterLayout layout, NetworkOptions architecture, int channels, bool hasIntervals)
{
    public ParameterLayout Layout => layout;

    public int Channels => channels;

    /// <summary>Channels of the core that come in, and that go out.</summary>
    public (int Inputs, int Outputs) CoreSizes
        => (architecture.CoreSizes.Inputs ?? channels, architecture.CoreSizes.Outputs ?? channels);

    public bool HasIntervals => hasIntervals;

    public int States
        => architecture.StateSize ?? throw new ArgumentException("Architecture.StateSize must be set before a model is built.");

    public bool Bidirectional
        => architecture.Bidirectional ?? throw new ArgumentException("Architecture.Bidirectional must be set before a model is built.");

    /// <summary>The core that the architecture names.</summary>
    public Layer CreateCore() => ((ICoreFactory)CoreDefinition.Of(architecture)).Create(this, architecture);

    /// <summary>A core that by itself reads one way: one of it, or, where the model reads both ways, one for each direction.</summary>
    public Layer BothWays(Func<Layer> createCore)
        => Bidirectional
            ? new Bidirectional(layout.Scope("Forward", createCore), layout.Scope("Backward", createCore), hasIntervals)
            : createCore();
}
