using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>One epoch of a trial.</summary>
public sealed record SweepEpoch
{
    /// <summary>The epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Mean loss of its training batches.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>Loss over what training held out by itself; NaN where that is nothing.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>Accuracy or fit over what training held out by itself; NaN where that is nothing.</summary>
    public required double ValidationMetric { get; init; }
}

/// <summary>A finished trial: one configuration, trained up to one rung.</summary>
public sealed record SweepTrial
{
    /// <summary>Which configuration, from 0, the defaults; the same at every rung that it reaches.</summary>
    public required int Configuration { get; init; }

    /// <summary>The rung, from 0, the lowest. Above the rungs of epochs are those of repeats.</summary>
    public required int Rung { get; init; }

    /// <summary>Share of all epochs up to which this rung trains.</summary>
    public required double Share { get; init; }

    /// <summary>What AutoML was told to try.</summary>
    public required Parameter Parameter { get; init; }

    /// <summary>What the sweep makes small; NaN where the trial failed.</summary>
    public required double Loss { get; init; }

    /// <summary>
    /// The metric on the sweep's validation data, at a repeat the mean over all trainings to the end; NaN where the trial failed.
    /// </summary>
    public required double Metric { get; init; }

    /// <summary>Seconds that this rung took, without the rungs below.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds since the sweep began at which the trial ended; over several processes their times add up.</summary>
    public required double EndedAt { get; init; }

    /// <summary>
    /// The epochs of this rung; from 1 again at a repeat. Of a trial that was interrupted, those that were trained since.
    /// </summary>
    public required IReadOnlyList<SweepEpoch> Curve { get; init; }

    /// <summary>Why the trial failed; <see langword="null"/> where it did not.</summary>
    public string? Failure { get; init; }

    /// <summary>The file of the model in the sweep's folder, where it was the best of the sweep up to then.</summary>
    public string? Model { get; init; }

    /// <summary>Whether the trial has a score.</summary>
    [JsonIgnore]
    public bool Succeeded => Failure is null && double.IsFinite(Loss);
}

/// <summary>What a journal belongs to: only a sweep of the same kind can go on from it.</summary>
public sealed record SweepHeader
{
    /// <summary>Seed of the sweep.</summary>
    public required int Seed { get; init; }

    /// <summary>A hash of the search space.</summary>
    public required string Space { get; init; }

    /// <summary>The shape of the data.</summary>
    public required string Data { get; init; }

    /// <summary>Name of the metric.</summary>
    public required string Metric { get; init; }

    /// <summary>Rungs of the halving.</summary>
    public required int Rungs { get; init; }

    /// <summary>One in how many goes on to the next rung.</summary>
    public required int Factor { get; init; }

    /// <summary>Further trainings of the best.</summary>
    public required int Repeats { get; init; }

    /// <summary>The highest rung, at which trials count.</summary>
    [JsonIgnore]
    public int LastRung => Rungs - 1 + Repeats;
}
