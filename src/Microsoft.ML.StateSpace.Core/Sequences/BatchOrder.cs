namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// Cuts an epoch, or what a pool holds of it, into batches of sequences of similar length. Sequences are shuffled and put into buckets;
/// within a bucket, lengths differ by a factor of at most the square root of two. Each bucket gives as many whole batches as it can. The
/// sequences left over fill the last batches, shortest first. Then the batches are shuffled.
/// </summary>
internal sealed class BatchOrder
{
    private readonly int _batchSize;
    private int[] _buckets = [];
    private int[] _shuffled = [];
    private int[] _ordered = [];
    private int[] _batches = [];
    private int[] _fill = [];
    private int _sequences;

    public BatchOrder(SequenceSource set, int batchSize)
        : this(Math.Min(batchSize, set.Count))
        => Reset(set);

    /// <summary>Makes an order of nothing yet.</summary>
    public BatchOrder(int batchSize)
    {
        _batchSize = batchSize;
    }

    /// <summary>Number of batches in an epoch.</summary>
    public int Count { get; private set; }

    /// <summary>Begins anew with the sequences of a set; its memory grows and never shrinks.</summary>
    public void Reset(SequenceSource set)
    {
        _sequences = set.Count;
        Count = (int)(((long)_sequences + _batchSize - 1) / _batchSize);
        if (_ordered.Length < _sequences)
        {
            int room = (int)Math.Min(_sequences * 5L / 4, Array.MaxLength);
            (_buckets, _shuffled, _ordered, _batches) = (new int[room], new int[room], new int[room], new int[room]);
        }
        int most = 0;
        for (int i = 0; i < _sequences; i++)
        {
            _shuffled[i] = i;
            _buckets[i] = (int)Math.Ceiling(2 * Math.Log2(Math.Max(1, set.Length(i))));
            most = Math.Max(most, _buckets[i]);
        }
        for (int i = 0; i < Count; i++)
            _batches[i] = i;
        if (_fill.Length <= most)
            _fill = new int[most + 1];
    }

    /// <summary>Draws the order of an epoch.</summary>
    public void Shuffle(Random random)
    {
        var shuffled = _shuffled.AsSpan(0, _sequences);
        random.Shuffle(shuffled);
        // Whole batches of each bucket go to the front and the rest to the back, both in the order of length.
        int whole = 0, rest = 0;
        Array.Clear(_fill);
        foreach (int bucket in _buckets.AsSpan(0, _sequences))
            _fill[bucket]++;
        for (int bucket = 0; bucket < _fill.Length; bucket++)
            rest += _fill[bucket] / _batchSize * _batchSize;
        for (int bucket = 0; bucket < _fill.Length; bucket++)
        {
            int inWhole = _fill[bucket] / _batchSize * _batchSize;
            foreach (int sequence in shuffled)
            {
                if (_buckets[sequence] == bucket)
                    _ordered[inWhole-- > 0 ? whole++ : rest++] = sequence;
            }
        }
        random.Shuffle(_batches.AsSpan(0, Count));
    }

    /// <summary>The sequences of batch <paramref name="index"/>.</summary>
    public ReadOnlySpan<int> Batch(int index)
    {
        int start = _batches[index] * _batchSize;
        return _ordered.AsSpan(start, Math.Min(_batchSize, _sequences - start));
    }

    /// <summary>All sequences by length, for scoring.</summary>
    public static int[] ByLength(SequenceSource set) => [.. Enumerable.Range(0, set.Count).OrderBy(set.Length)];
}
