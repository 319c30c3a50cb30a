namespace Microsoft.ML.StateSpace.Grains;

/// <summary>One time step of a stream.</summary>
[GenerateSerializer, Immutable, Alias("StateSpace.StreamStep")]
public sealed record StreamStep
{
    /// <summary>Makes a time step of these values.</summary>
    public StreamStep(params float[] values) => Values = values;

    /// <summary>The values of the channels, or of a row of a forecaster, in the order of its engine.</summary>
    [Id(0)]
    public float[] Values { get; init; }

    /// <summary>The time since the step before, where the model was trained with intervals. Default: 1.</summary>
    [Id(1)]
    public float Interval { get; init; } = 1;

    /// <summary>
    /// Which step of the stream this is, from 1. With it the stream can say how many steps were lost, and a call that is made again, since
    /// its answer did not arrive, makes no second step. Default: <see langword="null"/>, the next one.
    /// </summary>
    [Id(2)]
    public long? Number { get; init; }
}
