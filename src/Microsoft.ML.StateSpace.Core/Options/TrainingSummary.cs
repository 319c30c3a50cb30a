namespace Microsoft.ML.StateSpace;

/// <summary>Why training ended.</summary>
public enum TrainingStop
{
    /// <summary>All epochs were run.</summary>
    Completed,

    /// <summary>The validation loss had not improved for as many epochs as the patience allows.</summary>
    EarlyStopping,

    /// <summary>It was cancelled; the model is the best up to then.</summary>
    Cancelled,

    /// <summary>The loss exploded or was no longer a number; the model is the best up to then. Without a best model, for which validation
    /// is needed, a <see cref="Training.TrainingDivergedException"/> is thrown.</summary>
    Diverged,

    /// <summary>The residual of a <see cref="TrainingOptions.Method"/> has reached its tolerance.</summary>
    Converged,

    /// <summary>
    /// The <see cref="TrainingOptions.Method"/> found no further step that lowers the objective, which mostly means that the floor of
    /// 32-bit numbers is reached.
    /// </summary>
    Stalled,
}

/// <summary>
/// How training went and which values were used where the options left the choice to the library. Of an ensemble it says what holds for all
/// members together, and <see cref="Members"/> has the rest.
/// </summary>
public sealed record TrainingSummary
{
    /// <summary>The training options, every choice filled in; of an ensemble those of its first member, with the seed of all.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>Epochs run; of an ensemble the sum over its members.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch whose parameters were kept, from 1; 0 where none ended, and for an ensemble.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Validation loss of that epoch; <see langword="null"/> without a validation set, and for an ensemble.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>
    /// Validation metric of that epoch, and for an ensemble that of the mean answers: accuracy, or fit in percent; <see langword="null"/>
    /// without a validation set.
    /// </summary>
    public double? ValidationMetric { get; init; }

    /// <summary>
    /// Why training ended; of an ensemble the first that applies to a member of cancelled, diverged, early stopping, completed, stalled and
    /// converged.
    /// </summary>
    public required TrainingStop Stop { get; init; }

    /// <summary>What the user of the model should know of its training: that it diverged, when, and what to do; <see langword="null"/>
    /// where there is nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>Wall-clock time of training; of an ensemble the sum over its members.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Number of trained parameters; of an ensemble the sum over its members.</summary>
    public required int ParameterCount { get; init; }

    /// <summary>
    /// What the <see cref="TrainingOptions.Method"/> has done in each iteration; <see langword="null"/> where AdamW alone has trained, and
    /// for an ensemble.
    /// </summary>
    public Descent? Descent { get; init; }

    /// <summary>
    /// How the training of each member of an ensemble went, in their order; <see langword="null"/> where the model is no ensemble.
    /// </summary>
    public IReadOnlyList<TrainingSummary>? Members
    {
        get;
        init => field = value is null ? null : new ValueList<TrainingSummary>(value);
    }
}
