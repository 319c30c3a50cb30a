using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Testing;

/// <summary>The network of options that are known to hold one.</summary>
internal static class NetworkOfOptions
{
    extension(SequenceModelOptions options)
    {
        public NetworkOptions Network => (NetworkOptions)options.Architecture;
    }
}
