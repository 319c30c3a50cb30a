namespace Microsoft.ML.StateSpace.Models;

/// <summary>The attributes of measurements. Each has few values: a series of numbers is kept for every combination.</summary>
internal static class ModelTags
{
    public const string Task = "statespace.task", Architecture = "statespace.architecture", Engine = "statespace.engine",
        Stop = "statespace.training.stop", Error = "error.type";

    public static KeyValuePair<string, object?> Of(SequenceTask task) => new(Task, task switch
    {
        SequenceTask.Classification => "classification",
        SequenceTask.SequenceToSequence => "sequence_to_sequence",
        SequenceTask.Regression => "regression",
        _ => "tagging",
    });

    /// <summary>The kind of model, by the name that model files have for it.</summary>
    public static KeyValuePair<string, object?> Of(ArchitectureOptions architecture) => new(Architecture, architecture.Definition.Name);

    /// <summary>What trains, without the number of its device.</summary>
    public static KeyValuePair<string, object?> Of(TrainingEngine? engine)
        => new(Engine, engine is null ? "managed" : engine.GetType().Name.Replace("Engine", "").ToLowerInvariant());

    public static KeyValuePair<string, object?> Of(TrainingStop stop) => new(Stop, stop switch
    {
        TrainingStop.Completed => "completed",
        TrainingStop.EarlyStopping => "early_stopping",
        TrainingStop.Cancelled => "cancelled",
        TrainingStop.Diverged => "diverged",
        TrainingStop.Converged => "converged",
        _ => "stalled",
    });

    /// <summary>The type of what was thrown.</summary>
    public static KeyValuePair<string, object?> Of(Exception error) => new(Error, error.GetType().FullName);
}
