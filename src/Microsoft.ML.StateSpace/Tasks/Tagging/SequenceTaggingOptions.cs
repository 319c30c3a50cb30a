namespace Microsoft.ML.StateSpace;

/// <summary>The options of a <see cref="SequenceTaggingEstimator"/>: columns, network and training.</summary>
public sealed record SequenceTaggingOptions : TimeStepTaskOptions
{
    /// <summary>
    /// The tags: a vector of keys as long as the sequence. A time step with the missing key is not labelled and counts nowhere. Default:
    /// <c>Label</c>.
    /// </summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The sequence: a vector of Single in time-major order, or a vector of keys (tokens). Default: <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>The column that is added for the probabilities of the tags at each time step. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column that is added for the most probable tag of each time step. Default: <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    internal override string SequenceColumnName => FeatureColumnName;
}
