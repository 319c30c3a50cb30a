using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Execution;

/// <summary>
/// How a batch is cut into shards of whole sequences, each the work of one thread, and a shard into groups that pass through the network
/// together. Where depends on the lengths alone, so the bits of a sum over shards do not depend on the number of threads.
/// </summary>
internal readonly struct Shards
{
    /// <summary>The most shards of a batch.</summary>
    public const int Most = 8;

    private const int FewestRows = 128; // with fewer rows, a shard would not be worth a gradient of its own
    private const int GroupRows = 1024; // rows that pass together; their activations should stay in the caches

    private readonly SequenceBatch _batch;

    public Shards(SequenceBatch batch)
    {
        int rows = 0;
        foreach (int length in batch.Lengths)
            rows += length;
        (_batch, Count) = (batch, Math.Clamp(Math.Min(batch.Count, rows / FewestRows), 1, Most));
    }

    /// <summary>Number of shards.</summary>
    public int Count { get; }

    /// <summary>The first sequence of a shard, and the one behind its last.</summary>
    public (int First, int End) Of(int shard)
        => ((int)((long)shard * _batch.Count / Count), (int)((long)(shard + 1) * _batch.Count / Count));

    /// <summary>How many sequences, from the first on, pass through the network together.</summary>
    public int Group(int first, int end)
    {
        int count = 1;
        for (int rows = _batch.Lengths[first]; first + count < end; count++)
        {
            rows += _batch.Lengths[first + count];
            if (rows > GroupRows)
                break;
        }
        return count;
    }
}
