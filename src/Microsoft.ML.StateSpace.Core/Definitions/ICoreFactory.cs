using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Definitions;

/// <summary>The part of a core's definition that knows layers.</summary>
internal interface ICoreFactory
{
    /// <summary>Builds the core in its place.</summary>
    Layer Create(CoreSite site, NetworkOptions options);
}
