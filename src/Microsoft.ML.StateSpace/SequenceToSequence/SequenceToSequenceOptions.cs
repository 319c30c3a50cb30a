using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>The options of a <see cref="SequenceToSequenceEstimator"/>: columns, network and training.</summary>
public sealed record SequenceToSequenceOptions
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
    /// Number of input values in a time step. Default: <see langword="null"/>, which means the last of the column's dimensions if it has
    /// several, otherwise 1.
    /// </summary>
    public int? Channels { get; init; }

    /// <summary>
    /// Number of targets in a time step. Default: <see langword="null"/>, which means the last of the column's dimensions if it has
    /// several, otherwise 1.
    /// </summary>
    public int? Outputs { get; init; }

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

    /// <summary>How the network is trained. Default: chosen from the data.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>
    /// Rows with the same columns, by which the best epoch is chosen. Default: <see langword="null"/>, which means
    /// <see cref="TrainingOptions.ValidationFraction"/> of the training rows.
    /// </summary>
    [JsonIgnore]
    public IDataView? ValidationSet { get; init; }
}
