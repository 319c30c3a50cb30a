namespace Microsoft.ML.StateSpace.Grains;

/// <summary>How the streams of a silo are kept.</summary>
public sealed record StreamOptions
{
    /// <summary>The name of the grain storage in which states are kept: give it to <c>AddMemoryGrainStorage</c> or the like.</summary>
    public const string StorageName = "StateSpaceStreams";

    /// <summary>
    /// Steps behind which the state of a stream is kept. A silo that ends without a word loses at most so many steps of each of its
    /// streams; one that is stopped loses none. Default: 100.
    /// </summary>
    public int KeepEverySteps { get; init; } = 100;

    /// <summary>Time behind which the state of a stream is kept, where it has made steps. Default: 10 seconds.</summary>
    public TimeSpan KeepEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Number of the last steps that are kept beside the state, and from which a newer model begins. With 0 it begins as at the start of a
    /// stream. Default: 0.
    /// </summary>
    public int ReplaySteps { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(KeepEverySteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(KeepEvery, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(ReplaySteps);
    }
}
