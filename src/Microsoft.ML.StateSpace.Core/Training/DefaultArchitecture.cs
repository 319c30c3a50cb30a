using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>The architecture where the options name none.</summary>
internal static class DefaultArchitecture
{
    /// <summary>Chooses the architecture, whose own values may stay open.</summary>
    /// <param name="options">What is to be modelled; its architecture is not yet set.</param>
    /// <param name="data">The training sequences.</param>
    public static ArchitectureOptions Choose(SequenceModelOptions options, SequenceSet data) => new S5Options();
}
