using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>What a <see cref="BinarySequenceClassificationEstimator"/> does: its columns, its network, its training.</summary>
public sealed record BinarySequenceClassificationOptions
{
    /// <summary>The label: a Boolean column. Default: <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The sequence: a vector of Single, time-major, or of keys (tokens). Default: <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>The column that is added for the log-odds of <see langword="true"/>. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column that is added for the probability of <see langword="true"/>. Default: <c>Probability</c>.</summary>
    public string ProbabilityColumnName { get; init; } = "Probability";

    /// <summary>The column that is added for the likelier answer. Default: <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Values of a time step. Default: <see langword="null"/>: the last of the column's dimensions where it has several, else 1.</summary>
    public int? Channels { get; init; }

    /// <summary>The time since the step before, for each time step, where steps are not equally far apart: a vector of Single as long as the sequence, in units of the usual
    /// interval, so that 1 is typical; the first step takes 1. Of the cores only S5 takes it. Default: <see langword="null"/>: time steps are equally far apart.</summary>
    public string? IntervalColumnName { get; init; }

    /// <summary>The network. Default: <see langword="null"/>: <see cref="S5Options"/> with sizes chosen from the data.</summary>
    public ArchitectureOptions? Architecture { get; init; }

    /// <summary>How it is trained. <see cref="TrainingOptions.ClassWeights"/> are those of <see langword="false"/> and <see langword="true"/>. Default: chosen from the data.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Rows to choose the best epoch by, with the same columns. Default: <see langword="null"/>: <see cref="TrainingOptions.ValidationFraction"/> of the training rows.</summary>
    [JsonIgnore]
    public IDataView? ValidationSet { get; init; }
}
