using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Measures trainings for who listens to the meter of the library.</summary>
internal static class TrainingMeter
{
    /// <param name="progress">What is known at the end of the epoch.</param>
    /// <param name="sequences">Sequences of the epoch.</param>
    /// <param name="seconds">What it took.</param>
    public static void Epoch(TrainingProgress progress, int sequences, double seconds)
    {
        if (!IsListenedTo)
            return;
        ReadOnlySpan<KeyValuePair<string, object?>> tags =
            [ModelTags.Of(progress.Task), ModelTags.Of(progress.Architecture!), ModelTags.Of(progress.Options!.Engine)];
        Instruments.TrainingEpochs.Add(1, tags);
        Instruments.TrainingSequences.Add(sequences, tags);
        Instruments.EpochDuration.Record(seconds, tags);
        Instruments.TrainingLoss.Record(progress.TrainingLoss, tags);
        if (double.IsNaN(progress.ValidationLoss))
            return;
        Instruments.ValidationLoss.Record(progress.ValidationLoss, tags);
        Instruments.ValidationMetric.Record(progress.ValidationMetric, tags);
        if (progress.IsBest)
            Instruments.BestLoss.Record(progress.ValidationLoss, tags);
    }

    /// <summary>A training has ended with a model.</summary>
    public static void Ended(SequenceTask task, ArchitectureOptions architecture, TrainingSummary summary)
    {
        if (Instruments.TrainingRuns.Enabled)
            Instruments.TrainingRuns.Add(
                1, ModelTags.Of(task), ModelTags.Of(architecture), ModelTags.Of(summary.Stop));
    }

    /// <summary>A training has ended without a model; its architecture may not have been chosen yet.</summary>
    public static void Failed(SequenceTask task, Exception error)
    {
        if (Instruments.TrainingRuns.Enabled)
            Instruments.TrainingRuns.Add(1, ModelTags.Of(task), ModelTags.Of(error));
    }

    private static bool IsListenedTo
        => Instruments.TrainingEpochs.Enabled || Instruments.TrainingSequences.Enabled || Instruments.EpochDuration.Enabled
            || Instruments.TrainingLoss.Enabled || Instruments.ValidationLoss.Enabled || Instruments.ValidationMetric.Enabled
            || Instruments.BestLoss.Enabled;
}
