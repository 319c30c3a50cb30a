using System.Text.Json.Serialization;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

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

    /// <summary>
    /// A linear model of the process, by n4sid, ssest or least squares for instance, that the network is before it is trained: from the
    /// inputs less their means over the training rows to the targets less theirs, in the units of the columns, one step a time step. A
    /// system in continuous time is brought to steps by <see cref="ContinuousSystem.ToDiscrete"/>.
    /// <see cref="SequenceTaskOptions.Architecture"/> must be <see cref="S5Options"/> or <see cref="LruOptions"/>. With
    /// <see cref="LinearScaffold"/> the network is that system but for rounding. With <see cref="WienerScaffold"/> and tanh, the part v of
    /// a standardised answer that comes from the states is off by at most <c>|v|^3 / 300</c>. The system must be stable and have a diagonal
    /// form; each real pole and each pair of poles takes one of <see cref="NetworkOptions.StateSize"/>. States beyond stay as drawn and
    /// have no output yet. Only training knows the system, so it is not saved with the model. Default: <see langword="null"/>, which means
    /// that all parameters are drawn at random.
    /// </summary>
    [JsonIgnore]
    public LinearSystem? InitialSystem { get; init; }

    internal override LinearSystem? Start => InitialSystem;

    internal override SequenceTaskOptions WithoutModel()
        => (SequenceToSequenceOptions)base.WithoutModel() with { InitialSystem = null };

    internal override void Validate()
    {
        if (InitialOutputs is < 0 or > MostInitialOutputs)
            throw new ArgumentOutOfRangeException(
                nameof(InitialOutputs), InitialOutputs,
                $"InitialOutputs must be from 0 to {MostInitialOutputs}. Set it to the number of first time steps whose outputs are "
                + "measured when the model is used, a few times the order of the process.");
        base.Validate();
        if (InitialSystem is not null)
            SystemStart.Require(Architecture);
    }

    private const int MostInitialOutputs = 100_000;

    internal override SequenceTaskOptions Resolved(TrainedModel model)
        => (SequenceToSequenceOptions)base.Resolved(model) with { Outputs = model.Options.Outputs };

    internal override string SequenceColumnName => InputColumnName;
}
