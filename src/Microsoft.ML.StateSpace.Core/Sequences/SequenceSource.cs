using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// Sequences with their targets that training goes through again and again, always in the same order: in memory
/// (<see cref="SequenceSet"/>), or read anew each time (<see cref="StreamedSet"/>).
/// </summary>
internal abstract class SequenceSource(int features, TargetLayout targets, bool hasIntervals)
{
    // What a sequence takes beside its numbers: its arrays' headers, and its places in lists.
    private const int Overhead = 128;

    /// <summary>Channels of a time step.</summary>
    public int Features { get; } = features;

    /// <summary>How the targets lie.</summary>
    public TargetLayout Targets { get; } = targets;

    /// <summary>Whether every time step has the time since the step before.</summary>
    public bool HasIntervals { get; } = hasIntervals;

    /// <summary>
    /// Whether every sequence is a pair: two sequences, the second behind the first, to which one target belongs. Lengths are then those of
    /// both together.
    /// </summary>
    public bool HasPairs { get; init; }

    /// <summary>Time steps at the start of every sequence whose targets were left out on purpose, and so are not missing.</summary>
    public int LeftOut { get; init; }

    /// <summary>
    /// Whether the library has made the channels and targets itself. The targets then have their unit already and are not standardised, and
    /// nobody needs to hear of channels that he does not know.
    /// </summary>
    public bool IsMade { get; init; }

    /// <summary>What messages call the input: the column that it comes from.</summary>
    public string FeaturesName { get; init; } = "Input";

    /// <summary>What messages call the targets: the column that they come from.</summary>
    public string TargetsName { get; init; } = "Target";

    public abstract int Count { get; }

    /// <summary>What all sequences take in memory, in bytes.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether a value of some sequence is missing (NaN).</summary>
    public abstract bool HasMissing { get; }

    /// <summary>Time steps of sequence <paramref name="index"/>.</summary>
    public abstract int Length(int index);

    /// <summary>The class of a whole sequence, by which sequences are held out in proportion; 0 where a sequence has none.</summary>
    public abstract int Stratum(int index);

    /// <summary>The sequences at <paramref name="indices"/>, which ascend.</summary>
    public abstract SequenceSource Select(IEnumerable<int> indices);

    /// <summary>
    /// The sequences with their targets, where each sequence longer than <paramref name="window"/> time steps is cut into windows of
    /// exactly that length. The first window begins with the sequence. Each further window begins a quarter of a window (at least one step)
    /// behind the one before, and the last one ends with the sequence. These sequences themselves where nothing needs to be cut.
    /// </summary>
    public abstract SequenceSource Cut(int? window);

    /// <summary>All sequences in order, as sets in memory. A set is valid until the next one is asked for.</summary>
    /// <param name="cancellation">Ends the reading.</param>
    public abstract IEnumerable<SequenceSet> Parts(CancellationToken cancellation);

    /// <summary>The same sequences in memory where they take at most so many bytes; otherwise these.</summary>
    public abstract SequenceSource InMemory(long most, CancellationToken cancellation);

    /// <summary>Makes the batches of a training.</summary>
    /// <param name="batchSize">Sequences of a batch.</param>
    /// <param name="memory">Bytes for sequences that are not in memory yet.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public abstract EpochBatches Batches(int batchSize, long memory, CancellationToken cancellation);

    /// <summary>Numbers of a sequence of that many time steps: its values, intervals and targets.</summary>
    public long Cells(int length)
        => (long)length * (Features + (HasIntervals ? 1 : 0)) + (long)Targets.Rows(length) * Targets.Width;

    /// <summary>What a sequence of that many time steps takes in memory, in bytes.</summary>
    public long BytesOf(int length) => sizeof(float) * Cells(length) + Overhead;

    /// <summary>Where the windows of a sequence begin.</summary>
    protected static IEnumerable<int> WindowStarts(int length, int window)
    {
        int last = Math.Max(0, length - window), stride = Math.Max(1, window / 4);
        for (int start = 0; start < last; start += stride)
            yield return start;
        yield return last;
    }

    /// <summary>Whether a sequence is longer than a window.</summary>
    protected bool MustBeCut(int window) => Enumerable.Range(0, Count).Any(i => Length(i) > window);
}
