namespace Microsoft.ML.StateSpace.Grains.Silos;

/// <summary>How silos train for <see cref="SmallSweep"/>.</summary>
internal sealed record SweepSettings
{
    /// <summary>Where epochs are written down.</summary>
    public required string Folder { get; init; }

    /// <summary>Rows of the data.</summary>
    public int Rows { get; init; } = 40;

    /// <summary>Trials that a silo trains at once.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Milliseconds that an epoch lasts beside its work.</summary>
    public int PauseMilliseconds { get; init; }

    /// <summary>Milliseconds between two checkpoints that are sent.</summary>
    public int CheckpointMilliseconds { get; init; }
}
