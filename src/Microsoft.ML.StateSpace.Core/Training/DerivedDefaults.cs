using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// What a model derives from its inputs where the options leave it open: the differences of its channels, for a class a sequence and
/// wherever a bank answers for a sequence; nothing for other tasks, for tokens, and in certified models.
/// </summary>
internal static class DerivedDefaults
{
    /// <summary>What is derived; the members of an ensemble read the same.</summary>
    public static DerivedInputs Of(SequenceModelOptions options)
    {
        var models = options.Architecture is EnsembleOptions ensemble ? ensemble.Members : [options.Architecture];
        return options.DerivedInputs ?? new DerivedInputs
        {
            Differences = options is { Task: SequenceTask.Classification or SequenceTask.Regression, Vocabulary: 0 }
                && (options.Task == SequenceTask.Classification || models.Any(model => model is StateSpaceBankOptions { Filters: not 0 }))
                && !models.Any(model => model is NetworkOptions { Core.IsCertified: true }),
        };
    }

    /// <summary>Throws where sequences are cut into windows, whose first steps are not those of the sequences.</summary>
    public static void RequireWholeSequences(SequenceModelOptions options, TrainingOptions training)
    {
        if (options.DerivedInputs is { DifferencesToMean: true } && training.Window is int window)
            throw new ArgumentException(
                "DerivedInputs.DifferencesToMean needs whole sequences: the mean at a time step means nothing in a window of "
                + $"{window} steps that begins somewhere. Leave DifferencesToMean false, or leave TrainingOptions.Window null.");
    }

    /// <summary>The common length of the training sequences where their mean is asked for; otherwise 0.</summary>
    /// <exception cref="ArgumentException">They have no common length, or are pairs.</exception>
    public static int MeanSteps(DerivedInputs? derived, SequenceSource data)
    {
        if (derived is not { DifferencesToMean: true })
            return 0;
        if (data.HasPairs)
        {
            throw new ArgumentException(
                "DerivedInputs.DifferencesToMean takes the difference of a sequence to the mean training sequence, and the two sequences "
                + "of a pair may have a mean of their own. Leave DifferencesToMean false, or leave SecondFeatureColumnName null.");
        }
        int shortest = Enumerable.Range(0, data.Count).Min(data.Length), longest = Enumerable.Range(0, data.Count).Max(data.Length);
        return shortest == longest ? longest : throw new ArgumentException(
            "DerivedInputs.DifferencesToMean needs training sequences of one length, so that a time step means the same in all of them, "
            + $"but {data.FeaturesName} has lengths from {shortest} to {longest}. Leave DifferencesToMean false, or cut the sequences to "
            + "one length.");
    }
}
