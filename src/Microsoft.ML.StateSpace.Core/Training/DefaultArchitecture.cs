using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The architecture where the options name none. A bank for one answer a sequence: over forty sets of the archive it is more accurate than
/// the network, and fitted in a fiftieth of the time. A network where there are so many sequences that it learns more of them than fixed
/// filters can tell, or more than fit the memory budget; where time steps are tokens; for pairs of sequences; and where options are set
/// that only a network has. A bank for values at every time step, too: on records of plants it is more accurate than the network, whether
/// steps are equally far apart or not. A network for tags, on which it is the more accurate one. Values of whole sequences, of which
/// there are soon enough, get a linear model and two networks, one that answers from the mean of the sequence and one from its end, with
/// the weights that held-out sequences ask for; without the linear model, which is fitted in memory, where that does not suffice.
/// </summary>
internal static class DefaultArchitecture
{
    // From so many sequences on a network is trained. Of values it learns more than a bank can tell as soon as there are more rows than
    // the bank leaves out one after the other.
    private const int ManySequences = 5000, ManyValues = FeatureRows.MostLeftOut + 1;

    /// <summary>Chooses the architecture, whose own values may stay open.</summary>
    /// <param name="options">What is to be modelled; its architecture is not yet set.</param>
    /// <param name="training">How it is to be trained, as far as that is set.</param>
    /// <param name="data">The training sequences.</param>
    public static ArchitectureOptions Choose(SequenceModelOptions options, TrainingOptions training, SequenceSource data)
        => options.Vocabulary > 0 || options.HasPairs || training.AsksForNetwork ? new S5Options()
            : data is SequenceSet && IsForBank(options.Task, data.Count) ? new StateSpaceBankOptions()
            : options.Task == SequenceTask.Regression ? (data is SequenceSet ? LinearMeanAndEnd() : MeanAndEnd())
            : new S5Options();

    private static bool IsForBank(SequenceTask task, int sequences)
        => task == SequenceTask.SequenceToSequence
            || (task.Axis == AnswerAxis.Sequence && sequences < (task == SequenceTask.Regression ? ManyValues : ManySequences));

    // What a value depends on, the whole sequence or how it ends, differs from one kind of data to the next; and the answers of networks
    // that differ, averaged, are nearer than those of either.
    private static EnsembleOptions MeanAndEnd()
        => new() { Members = [new S5Options { Pooling = Pooling.Mean }, new S5Options { Pooling = Pooling.Last }] };

    // Neither follows a level that it has not learnt, which a linear model does.
    private static EnsembleOptions LinearMeanAndEnd()
        => new() { Members = [new StateSpaceBankOptions { Filters = 0 }, .. MeanAndEnd().Members], Stacked = true };
}
