using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// Where the activations of one pass lie in one buffer. In training every block has its own place; when scoring, all blocks take turns in the place of the first.
/// </summary>
internal readonly struct ArenaPlan(int rows, int sequences, int inputs, int width, int blocks, int kept, int scratch, bool training)
{
    private readonly int _streams = training ? blocks + 1 : 2;

    /// <summary>Standardised input, (rows, inputs).</summary>
    public Slot Input => new(0, rows * inputs);

    private int StreamsStart => rows * inputs;

    private int KeptStart => StreamsStart + _streams * rows * width;

    private int PooledStart => KeptStart + (training ? blocks : 1) * kept;

    private int GradientStart => PooledStart + 2 * sequences * width;

    private int ScratchStart => GradientStart + (training ? 2 : 0) * rows * width;

    /// <summary>Pooled vectors, (sequences, width).</summary>
    public Slot Pooled => new(PooledStart, sequences * width);

    /// <summary>Their gradient.</summary>
    public Slot PooledGradient => new(PooledStart + sequences * width, sequences * width);

    /// <summary>Memory that keeps nothing.</summary>
    public Slot Scratch => new(ScratchStart, scratch);

    /// <summary>Length of the whole arena.</summary>
    public int Length => checked(ScratchStart + scratch);

    /// <summary>Input of block <paramref name="index"/>, which is the output of the one before it, (rows, width).</summary>
    public Slot Stream(int index) => new(StreamsStart + (training ? index : index % 2) * rows * width, rows * width);

    /// <summary>What block <paramref name="index"/> keeps for its gradient.</summary>
    public Slot Kept(int index) => new(KeptStart + (training ? index : 0) * kept, kept);

    /// <summary>One of the two buffers between which the gradient of the stream moves down, (rows, width).</summary>
    public Slot Gradient(int index) => new(GradientStart + index * rows * width, rows * width);
}
