namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// Cuts an epoch into batches of sequences of similar length. Sequences are shuffled and put into buckets; within a bucket, lengths differ
/// by a factor of at most the square root of two. Each bucket gives as many whole batches as it can. The sequences left over fill the last
/// batches, shortest first. Then the batches are shuffled.
/// </summary>
internal sealed class BatchOrder
{
    private readonly int _batchSize;
    private readonly int[] _buckets;
    private readonly int[] _shuffled;
    private readonly int[] _ordered;
    private readonly int[] _batches;
    private readonly int[] _fill;

    public BatchOrder(SequenceSet set, int batchSize)
    {
        _batchSize = Math.Min(batchSize, set.Count);
        _shuffled = [.. Enumerable.Range(0, set.Count)];
        _ordered = new int[set.Count];
        Count = (int)(((long)set.Count + _batchSize - 1) / _batchSize);
        _batches = [.. Enumerable.Range(0, Count)];
        _buckets = [.. Enumerable.Range(0, set.Count).Select(i => (int)Math.Ceiling(2 * Math.Log2(Math.Max(1, set.Length(i)))))];
        _fill = new int[_buckets.DefaultIfEmpty().Max() + 1];
    }

    /// <summary>Number of batches in an epoch.</summary>
    public int Count { get; }

    /// <summary>Draws the order of an epoch.</summary>
    public void Shuffle(Random random)
    {
        random.Shuffle(_shuffled);
        // Whole batches of each bucket go to the front and the rest to the back, both in the order of length.
        int whole = 0, rest = 0;
        Array.Clear(_fill);
        foreach (int bucket in _buckets)
            _fill[bucket]++;
        for (int bucket = 0; bucket < _fill.Length; bucket++)
            rest += _fill[bucket] / _batchSize * _batchSize;
        for (int bucket = 0; bucket < _fill.Length; bucket++)
        {
            int inWhole = _fill[bucket] / _batchSize * _batchSize;
            foreach (int sequence in _shuffled)
            {
                if (_buckets[sequence] == bucket)
                    _ordered[inWhole-- > 0 ? whole++ : rest++] = sequence;
            }
        }
        random.Shuffle(_batches);
    }

    /// <summary>The sequences of batch <paramref name="index"/>.</summary>
    public ReadOnlySpan<int> Batch(int index)
    {
        int start = _batches[index] * _batchSize;
        return _ordered.AsSpan(start, Math.Min(_batchSize, _ordered.Length - start));
    }

    /// <summary>All sequences by length, for scoring.</summary>
    public static int[] ByLength(SequenceSet set) => [.. Enumerable.Range(0, set.Count).OrderBy(set.Length)];
}
