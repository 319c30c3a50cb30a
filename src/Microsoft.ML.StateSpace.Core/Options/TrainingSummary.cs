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
}

/// <summary>How training went and which values were used where the options left the choice to the library.</summary>
public sealed record TrainingSummary
{
    /// <summary>The training options, every choice filled in.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>Epochs run.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch whose parameters were kept, from 1; 0 where none ended.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Validation loss of that epoch; <see langword="null"/> without a validation set.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Validation metric of that epoch: accuracy, or fit in percent; <see langword="null"/> without a validation set.</summary>
    public double? ValidationMetric { get; init; }

    /// <summary>Why training ended.</summary>
    public required TrainingStop Stop { get; init; }

    /// <summary>What the user of the model should know of its training: that it diverged, when, and what to do; <see langword="null"/>
    /// where there is nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>Wall-clock time of training.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Number of trained parameters.</summary>
    public required int ParameterCount { get; init; }
}
