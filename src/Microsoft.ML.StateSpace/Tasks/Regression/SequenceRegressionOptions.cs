namespace Microsoft.ML.StateSpace;

/// <summary>The options of a <see cref="SequenceRegressionEstimator"/>: columns, network and training.</summary>
public sealed record SequenceRegressionOptions : SequenceTaskOptions
{
    /// <summary>The target: a Single, or a vector of Single of known size. Default: <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The sequence: a vector of Single in time-major order, or a vector of keys (tokens). Default: <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>The column that is added for the predicted target, in its unit. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    internal override string SequenceColumnName => FeatureColumnName;
}
