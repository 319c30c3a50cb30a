namespace Microsoft.ML.StateSpace.Grains;

/// <summary>The answer to one time step.</summary>
[GenerateSerializer, Immutable, Alias("StateSpace.StreamAnswer")]
public sealed record StreamAnswer
{
    /// <summary>
    /// The outputs of the time step, or the class probabilities so far; empty where the model is a forecaster, which is asked with
    /// <see cref="IStreamGrain.GetForecast"/>.
    /// </summary>
    [Id(0)]
    public required float[] Values { get; init; }

    /// <summary>Which step of the stream this was, from 1.</summary>
    [Id(1)]
    public required long Number { get; init; }

    /// <summary>
    /// How many steps were lost between the state from which the stream went on and this step: those that a silo made, and did not keep,
    /// before it ended. 0 where none was, and <see langword="null"/> where that is not known, because the first step behind the loss had no
    /// <see cref="StreamStep.Number"/>.
    /// </summary>
    [Id(2)]
    public long? LostSteps { get; init; } = 0;

    /// <summary>
    /// Whether a newer model took over at this step, with a state of its own: that of the last steps that were kept for it
    /// (<see cref="StreamOptions.ReplaySteps"/>), or that of the start of a stream.
    /// </summary>
    [Id(3)]
    public bool IsNewModel { get; init; }
}
