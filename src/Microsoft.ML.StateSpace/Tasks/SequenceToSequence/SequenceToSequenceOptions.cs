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

    /// <summary>
    /// Number of time steps at the start of every record whose measured outputs the model is told, in the target column, when it scores: an
    /// unknown initial state shows in them. Then that column must be there when rows are scored; NaN in it, and what it lacks, is not
    /// known. The answers of these steps are the free run, and should be left out of metrics (skip); behind them the answers are corrected
    /// by what the errors of these steps lead to expect, which decays for a stable process. How, is learnt from runs that start in the
    /// midst of the training records, so it costs no data. At most 100,000. Default: 0, a free run that needs no outputs.
    /// </summary>
    public int InitialOutputs { get; init; }

    internal override void Validate()
    {
        if (InitialOutputs is < 0 or > MostInitialOutputs)
            throw new ArgumentOutOfRangeException(
                nameof(InitialOutputs), InitialOutputs,
                $"InitialOutputs must be from 0 to {MostInitialOutputs}. Set it to the number of first time steps whose outputs are "
                + "measured when the model is used, a few times the order of the process.");
        base.Validate();
    }

    private const int MostInitialOutputs = 100_000;

    internal override SequenceTaskOptions Resolved(TrainedModel model)
        => (SequenceToSequenceOptions)base.Resolved(model) with { Outputs = model.Options.Outputs };

    internal override string SequenceColumnName => InputColumnName;
}
