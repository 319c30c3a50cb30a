namespace Microsoft.ML.StateSpace.Grains;

/// <summary>What is kept of a stream.</summary>
[GenerateSerializer, Alias("StateSpace.StreamMemory")]
internal sealed class StreamMemory
{
    /// <summary>The state of the engine, as its GetState writes it; empty before the first step.</summary>
    [Id(0)]
    public byte[] State { get; set; } = [];

    /// <summary>Steps of the stream up to this state.</summary>
    [Id(1)]
    public long Steps { get; set; }

    /// <summary>The last steps, for a newer model.</summary>
    [Id(2)]
    public List<StreamStep> Last { get; set; } = [];

    /// <summary>The answer to the last step, for a call that is made again, with what it said of lost steps.</summary>
    [Id(3)]
    public StreamAnswer? Answer { get; set; }
}
