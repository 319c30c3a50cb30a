namespace Microsoft.ML.StateSpace;

/// <summary>The options of a <see cref="SequenceRegressionEstimator"/>: columns, network and training.</summary>
public sealed record SequenceRegressionOptions : SequenceTaskOptions
{
    /// <summary>The target: a Single, or a vector of Single of known size. Default: <c>Label</c>.</summary>
    public string LabelColumnName { get; init; } = "Label";

    /// <summary>The sequence: a vector of Single in time-major order, or a vector of keys (tokens). Default: <c>Features</c>.</summary>
    public string FeatureColumnName { get; init; } = "Features";

    /// <summary>
    /// The second sequence of each row, where rows hold pairs, such as two documents of which one may cite the other. It is a column of the
    /// same type as the first; lengths may differ. One network encodes and pools both, and a small one answers from the two pooled vectors,
    /// their difference and their product (Tay et al. 2021, arXiv:2011.04006, the retrieval task of the Long Range Arena). Needs a network
    /// that is not certified; such a model takes no intervals and does not stream. Default: <see langword="null"/>, rows hold single
    /// sequences.
    /// </summary>
    public string? SecondFeatureColumnName { get; init; }

    /// <summary>The column that is added for the predicted target, in its unit. Default: <c>Score</c>.</summary>
    public string ScoreColumnName { get; init; } = "Score";

    internal override string SequenceColumnName => FeatureColumnName;

    internal override string? SecondColumnName => SecondFeatureColumnName;
}
