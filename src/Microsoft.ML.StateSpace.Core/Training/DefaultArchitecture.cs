using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>The architecture where the options name none.</summary>
internal static class DefaultArchitecture
{
    /// <summary>Chooses the architecture, whose own values may stay open.</summary>
    /// <param name="options">What is to be modelled; its architecture is not yet set.</param>
    /// <param name="training">How it is to be trained.</param>
    /// <param name="data">The training sequences.</param>
    public static ArchitectureOptions Choose(SequenceModelOptions options, TrainingOptions training, SequenceSet data)
        => options.Task.Axis == AnswerAxis.Step
            ? ForSteps(options, training)
            : options.Vocabulary == 0 ? new StateSpaceBankOptions() : new S5Options();

    // For values, a bank where it can do what is asked for.
    private static ArchitectureOptions ForSteps(SequenceModelOptions options, TrainingOptions training)
        => options is { Task: SequenceTask.SequenceToSequence, Vocabulary: 0, HasIntervals: false }
            && training is { Loss: ValueLossKind.Squared, Window: null, Engine: null }
                ? new StateSpaceBankOptions() : new S5Options();
}
