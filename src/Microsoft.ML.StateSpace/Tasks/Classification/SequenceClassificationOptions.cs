namespace Microsoft.ML.StateSpace;

/// <summary>The options of a <see cref="SequenceClassificationEstimator"/>: columns, network and training.</summary>
public sealed record SequenceClassificationOptions : SequenceTaskOptions
{
    /// <summary>The label: a key column. Default: <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The sequence: a vector of Single in time-major order, or a vector of keys (tokens). Default: <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>The column that is added for the class probabilities. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    /// <summary>The column that is added for the most probable class. Default: <c>PredictedLabel</c>.</summary>
    public string PredictedLabelColumnName { get; init; } = "PredictedLabel";

    internal override string SequenceColumnName => FeatureColumnName;
}
