namespace Microsoft.ML.StateSpace.Grains;

/// <summary>How a silo trains for sweeps.</summary>
public sealed record SweepOptions
{
    /// <summary>
    /// The name of the grain storage in which journals, checkpoints and best models of sweeps are kept: give it to
    /// <c>AddMemoryGrainStorage</c> or the like.
    /// </summary>
    public const string StorageName = "StateSpaceSweeps";

    private const int MostWorkers = 1024;

    /// <summary>
    /// Trials that a silo trains at once. Each has its share of the processors, unless the training names its <c>Threads</c>. With 0 a
    /// silo trains nothing, and may still hold journals and checkpoints. Default: 1.
    /// </summary>
    public int Workers { get; init; } = 1;

    /// <summary>
    /// Time between two checkpoints of a training that go to the storage of the cluster, beside the one at the end of a rung. A silo that
    /// ends without a word loses the epochs behind the last one. With zero, one goes there behind every epoch. Default: 10 seconds.
    /// </summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time behind which who has not been heard of is given up: a worker, whose trial then goes on elsewhere, or who has started the sweep,
    /// which then stops. Default: 10 seconds.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The folder for the checkpoints of trainings while they run here; each worker makes one of its own in it. Default:
    /// <see langword="null"/>, a temporary folder that is deleted when the process ends.
    /// </summary>
    public string? Folder { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Workers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Workers, MostWorkers);
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEvery, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Timeout, TimeSpan.FromSeconds(1));
    }
}
