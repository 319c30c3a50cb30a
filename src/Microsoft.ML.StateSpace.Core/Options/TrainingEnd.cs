namespace Microsoft.ML.StateSpace;

/// <summary>
/// How a training ended. It is reported to a <see cref="TrainingOptions.Progress"/> that is an <see cref="IProgress{T}"/> of this record
/// as well. Either <see cref="Summary"/> or <see cref="Error"/> is set.
/// </summary>
public sealed record TrainingEnd
{
    /// <summary>The training: the number that its reports had in <see cref="TrainingProgress.Run"/>.</summary>
    public required long Run { get; init; }

    /// <summary>How it went; <see langword="null"/> where it ended without a model.</summary>
    public TrainingSummary? Summary { get; init; }

    /// <summary>
    /// Why there is no model: an <see cref="OperationCanceledException"/> where it was cancelled before there could be one;
    /// <see langword="null"/> where there is a model.
    /// </summary>
    public Exception? Error { get; init; }
}
