using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The architecture where the options name none. A bank for one answer a sequence: over forty sets of the archive it is more accurate than
/// the network, and fitted in a fiftieth of the time. A network where there are so many sequences that it learns more of them than fixed
/// filters can tell, or more than fit the memory budget; where time steps are tokens; and where options are set that only a network has. A
/// bank for values at every time step, too: on records of plants it is more accurate than the network, whether steps are equally far apart
/// or not. A network for tags, on which it is the more accurate one.
/// </summary>
internal static class DefaultArchitecture
{
    // From so many sequences on a network is trained.
    private const int ManySequences = 5000;

    /// <summary>Chooses the architecture, whose own values may stay open.</summary>
    /// <param name="options">What is to be modelled; its architecture is not yet set.</param>
    /// <param name="training">How it is to be trained, as far as that is set.</param>
    /// <param name="data">The training sequences.</param>
    public static ArchitectureOptions Choose(SequenceModelOptions options, TrainingOptions training, SequenceSource data)
        => options.Vocabulary > 0 || data is StreamedSet || training.AsksForNetwork ? new S5Options()
            : options.Task == SequenceTask.SequenceToSequence ? new StateSpaceBankOptions()
            : options.Task.Axis == AnswerAxis.Sequence && data.Count < ManySequences ? new StateSpaceBankOptions()
            : new S5Options();
}
