using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>What a <see cref="SequenceToSequenceEstimator"/> does: its columns, its network, its training.</summary>
public sealed record SequenceToSequenceOptions
{
    /// <summary>The column that is added: the predicted targets. Default: <c>Output</c>.</summary>
    public string OutputColumnName { get; init; } = "Output";

    /// <summary>The sequence: a vector of Single, time-major, or of keys (tokens). Default: <c>Input</c>.</summary>
    public string InputColumnName { get; init; } = "Input";

    /// <summary>The targets: a vector of Single, time-major, as many for each time step. Default: <c>Target</c>.</summary>
    public string TargetColumnName { get; init; } = "Target";

    /// <summary>Values of a time step of the input. Default: <see langword="null"/>: the last of the column's dimensions where it has several, else 1.</summary>
    public int? Channels { get; init; }

    /// <summary>Targets of a time step. Default: <see langword="null"/>: the last of the column's dimensions where it has several, else 1.</summary>
    public int? Outputs { get; init; }

    /// <summary>The time since the step before, for each time step, where steps are not equally far apart: a vector of Single as long as the sequence, in units of the usual
    /// interval, so that 1 is typical; the first step takes 1. Of the cores only S5 takes it. Default: <see langword="null"/>: time steps are equally far apart.</summary>
    public string? IntervalColumnName { get; init; }

    /// <summary>The network. Default: <see langword="null"/>: <see cref="S5Options"/> with sizes chosen from the data.</summary>
    public ArchitectureOptions? Architecture { get; init; }

    /// <summary>How it is trained. Default: chosen from the data.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Rows to choose the best epoch by, with the same columns. Default: <see langword="null"/>: <see cref="TrainingOptions.ValidationFraction"/> of the training rows.</summary>
    [JsonIgnore]
    public IDataView? ValidationSet { get; init; }
}
