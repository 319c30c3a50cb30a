namespace Microsoft.ML.StateSpace;

/// <summary>
/// What is known at the end of an epoch. Losses and metrics are means over whole sets, not over the last batch. A bank, which has no
/// epochs, reports once, when it is fitted; its losses and its metric are those of answers to sequences, or stretches, that were left out.
/// </summary>
public sealed record TrainingProgress
{
    /// <summary>
    /// Number of the training in this process, from 1: the reports of one <c>Fit</c> have the same, those of another fold, trial or fit
    /// have another one.
    /// </summary>
    public long Run { get; init; }

    /// <summary>What the model predicts.</summary>
    public SequenceTask Task { get; init; }

    /// <summary>The model that is being trained, of an ensemble the member, with what was chosen where its options leave a value open;
    /// <see langword="null"/> in a report that was not made by a training.</summary>
    public ArchitectureOptions? Architecture { get; init; }

    /// <summary>
    /// How it is trained, every choice filled in, but without progress, cancellation and paths; <see langword="null"/> in a report that was
    /// not made by a training.
    /// </summary>
    public TrainingOptions? Options { get; init; }

    /// <summary>The member of an ensemble that is being trained, from 0; 0 where the model is no ensemble.</summary>
    public int Member { get; init; }

    /// <summary>Number of members of the ensemble, which are trained one after the other; 1 where the model is no ensemble.</summary>
    public int Members { get; init; } = 1;

    /// <summary>The epoch that ended, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>The largest number of epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>Mean loss of the epoch's training batches, dropout included.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>Loss over the whole validation set; NaN where there is none.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Name of the validation metric: <c>accuracy</c> or <c>fit %</c>.</summary>
    public required string MetricName { get; init; }

    /// <summary>The metric over the whole validation set; NaN where there is none.</summary>
    public required double ValidationMetric { get; init; }

    /// <summary>Whether this is the best epoch so far.</summary>
    public required bool IsBest { get; init; }

    /// <summary>Training sequences a second in this epoch.</summary>
    public required double SequencesPerSecond { get; init; }

    /// <summary>Time since training began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Time until the last epoch at the present pace; early stopping may end sooner.</summary>
    public required TimeSpan Remaining { get; init; }
}
