using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace;

/// <summary>The options of a <see cref="SequenceToSequenceEstimator"/>: columns, network and training.</summary>
public sealed record SequenceToSequenceOptions : TimeStepTaskOptions
{
    /// <summary>The column that is added for the predicted targets, in the unit of the targets. Default: <c>Output</c>.</summary>
    public string OutputColumnName { get; init; } = "Output";

    /// <summary>The sequence: a vector of Single in time-major order, or a vector of keys (tokens). Default: <c>Input</c>.</summary>
    public string InputColumnName { get; init; } = "Input";

    /// <summary>
    /// The targets: a vector of Single in time-major order, with the same number of targets for each time step. Default: <c>Target</c>.
    /// </summary>
    public string TargetColumnName { get; init; } = "Target";

    /// <summary>
    /// Number of targets in a time step. Default: <see langword="null"/>, which means the last of the column's dimensions if it has
    /// several, otherwise 1.
    /// </summary>
    public int? Outputs { get; init; }

    internal override SequenceTaskOptions Resolved(TrainedModel model)
        => (SequenceToSequenceOptions)base.Resolved(model) with { Outputs = model.Options.Outputs };

    internal override string SequenceColumnName => InputColumnName;
}
