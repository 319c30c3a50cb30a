using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>What an arena is for.</summary>
internal enum ArenaUse
{
    /// <summary>Scoring: all branches take turns in the place of one.</summary>
    Score,

    /// <summary>Training: every branch has its place, and keeps what its gradient needs.</summary>
    Train,

    /// <summary>
    /// Training with less memory and more work: a branch keeps only its input, and everything else in it is computed again when its
    /// gradient is needed.
    /// </summary>
    TrainRecomputing,
}

/// <summary>
/// Where the activations of one pass lie in one buffer. Sizes are computed for any number of rows; a buffer can hold no more than
/// <see cref="Array.MaxLength"/> floats.
/// </summary>
/// <param name="rows">Rows of the pass.</param>
/// <param name="sequences">Its sequences, where a pair is two.</param>
/// <param name="inputs">Values of a row of the input.</param>
/// <param name="width">H.</param>
/// <param name="pooled">Values of a pooled vector.</param>
/// <param name="branches">The branches.</param>
/// <param name="decoderScratch">Scratch that the decoder needs.</param>
/// <param name="use">What the arena is for.</param>
internal readonly struct ArenaPlan(
    long rows, long sequences, int inputs, int width, int pooled, ResidualBranch[] branches, long decoderScratch, ArenaUse use)
{
    private bool IsTraining => use != ArenaUse.Score;

    private long StreamsStart => rows * inputs;

    private long KeptStart => StreamsStart + (IsTraining ? branches.Length + 1 : 2) * rows * width;

    private long PooledStart => KeptStart + (use == ArenaUse.Train ? KeptBefore(branches.Length) : LargestKept);

    private long GradientStart => PooledStart + 2 * sequences * pooled;

    private long ScratchStart => GradientStart + (IsTraining ? 2 : 0) * rows * width;

    /// <summary>Standardised input, (rows, inputs).</summary>
    public Slot Input => new(0, rows * inputs);

    /// <summary>Pooled vectors, (sequences, pooled width).</summary>
    public Slot Pooled => new(PooledStart, sequences * pooled);

    /// <summary>Their gradient.</summary>
    public Slot PooledGradient => new(PooledStart + sequences * pooled, sequences * pooled);

    /// <summary>Memory that keeps nothing from branch to branch.</summary>
    public Slot Scratch => new(ScratchStart, LargestScratch);

    /// <summary>Length of the whole arena.</summary>
    public long Length => ScratchStart + LargestScratch;

    /// <summary>Input of branch <paramref name="index"/>, which is the output of the one before it, (rows, width).</summary>
    public Slot Stream(int index) => new(StreamsStart + (IsTraining ? index : index % 2) * rows * width, rows * width);

    /// <summary>What branch <paramref name="index"/> keeps for its gradient.</summary>
    public Slot Kept(int index)
        => new(KeptStart + (use == ArenaUse.Train ? KeptBefore(index) : 0), branches[index].KeptSize(rows, sequences));

    /// <summary>Whether what branch <paramref name="index"/> kept has made room for a later branch's.</summary>
    public bool MustRecompute(int index) => use == ArenaUse.TrainRecomputing && index < branches.Length - 1;

    /// <summary>Gradient of stream <paramref name="index"/>, (rows, width): two places, which the streams take in turn.</summary>
    public Slot Gradient(int index) => new(GradientStart + index % 2 * rows * width, rows * width);

    private long KeptBefore(int index)
    {
        long sum = 0;
        for (int i = 0; i < index; i++)
            sum += branches[i].KeptSize(rows, sequences);
        return sum;
    }

    private long LargestKept
    {
        get
        {
            long largest = 0;
            foreach (var branch in branches)
                largest = Math.Max(largest, branch.KeptSize(rows, sequences));
            return largest;
        }
    }

    private long LargestScratch
    {
        get
        {
            long largest = decoderScratch;
            foreach (var branch in branches)
                largest = Math.Max(largest, branch.ScratchSize(rows, sequences));
            return largest;
        }
    }
}
