using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>The options of a <see cref="BinarySequenceClassificationEstimator"/>: columns, network and training.</summary>
public sealed record BinarySequenceClassificationOptions
{
    /// <summary>The label: a Boolean column. Default: <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The sequence: a vector of Single in time-major order, or a vector of keys (tokens). Default: <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>The column that is added for the log-odds of <see langword="true"/>. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column that is added for the probability of <see langword="true"/>. Default: <c>Probability</c>.</summary>
    public string ProbabilityColumnName { get; init; } = "Probability";

    /// <summary>The column that is added for the more probable answer. Default: <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>
    /// Number of values in a time step. Default: <see langword="null"/>, which means the last of the column's dimensions if it has several,
    /// otherwise 1.
    /// </summary>
    public int? Channels { get; init; }

    /// <summary>
    /// The column with the time since the previous step, for each time step. Needed only if time steps are not equally far apart. It is a
    /// vector of Single as long as the sequence, in units of the usual interval, so that 1 is typical. The first step takes 1. Of the
    /// cores, only S5 accepts this column. Default: <see langword="null"/>, which means that time steps are equally far apart.
    /// </summary>
    public string? IntervalColumnName { get; init; }

    /// <summary>
    /// The network. Default: <see langword="null"/>, which means <see cref="S5Options"/> with sizes chosen from the data.
    /// </summary>
    public ArchitectureOptions? Architecture { get; init; }

    /// <summary>
    /// How the network is trained. <see cref="TrainingOptions.ClassWeights"/> holds the weight of <see langword="false"/>, then that of
    /// <see langword="true"/>. Default: chosen from the data.
    /// </summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>
    /// Rows with the same columns, by which the best epoch is chosen. Default: <see langword="null"/>, which means
    /// <see cref="TrainingOptions.ValidationFraction"/> of the training rows.
    /// </summary>
    [JsonIgnore]
    public IDataView? ValidationSet { get; init; }
}
