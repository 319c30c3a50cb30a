namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// The batches of sequences that are streamed, out of a pool in memory. The pool is filled in the order of the rows; about half of what it
/// holds leaves it as whole batches of sequences of similar length, drawn at random; then it is filled again. Behind the last row it is
/// emptied. So a sequence may come later than its row by any time, but earlier only by what the pool holds. What is drawn depends on the
/// seed, the lengths and the size of the pool.
/// </summary>
internal sealed class PoolBatches : EpochBatches
{
    private readonly StreamedSet _source;
    private readonly int _batchSize;
    private readonly CancellationToken _cancellation;
    private readonly SequenceArena _pool;
    private readonly BatchOrder _order;
    private bool[] _drawn = [];
    private Random _random = new(0);
    private SequenceReading? _reading;
    private bool _waits; // the present sequence of the reading found no room
    private bool _isLast; // the pool holds all that is left of the epoch
    private int _next; // batch of the order
    private int _left; // batches to draw before the pool is filled again

    /// <param name="source">The sequences.</param>
    /// <param name="batchSize">Sequences of a batch.</param>
    /// <param name="memory">Bytes that the pool may take.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="InvalidOperationException">The pool may not have room for a batch.</exception>
    public PoolBatches(StreamedSet source, int batchSize, long memory, CancellationToken cancellation)
    {
        (_source, _batchSize, _cancellation) = (source, Math.Min(batchSize, source.Count), cancellation);
        Pool = SequenceArena.Room(memory);
        RequireRoom();
        _pool = source.Origin.Pool(Pool);
        _order = new BatchOrder(_batchSize);
        Count = (int)(((long)source.Count + _batchSize - 1) / _batchSize);
    }

    public override int Count { get; }

    public override long Pool { get; }

    public override void Begin(Random random)
    {
        _random = new Random(random.Next());
        Dispose();
        _pool.Clear();
        (_waits, _isLast, _next, _left) = (false, false, 0, 0);
    }

    public override void Fill(SequenceBatch batch, int washout)
    {
        if (_left == 0)
            Refill();
        var sequences = _order.Batch(_next++);
        while (sequences.Length < _batchSize && !_isLast) // only the epoch has a smaller batch, not what the pool holds
            sequences = _order.Batch(_next++);
        foreach (int sequence in sequences)
            _drawn[sequence] = true;
        batch.Fill(_pool.Content, sequences, washout);
        _left--;
    }

    // The first ones are the quickest.
    public override SequenceSet Some(bool inHaste)
    {
        int[] first = [.. Enumerable.Range(0, inHaste ? 1 : _batchSize)];
        var arena = new SequenceArena(_source, first.Sum(i => _source.BytesOf(_source.Length(i))));
        using var reading = _source.Open(CancellationToken.None);
        foreach (int _ in first)
        {
            reading.MoveNext();
            arena.TryAdd(reading.Row, reading.Place);
        }
        return arena.Content;
    }

    public override void Dispose()
    {
        _reading?.Dispose();
        _reading = null;
    }

    private void Refill()
    {
        _pool.Remove(_drawn);
        _reading ??= _source.Open(_cancellation);
        while (_waits || _reading.MoveNext())
        {
            _waits = !_pool.TryAdd(_reading.Row, _reading.Place);
            if (_waits)
                break;
        }
        _isLast = !_waits;
        int held = _pool.Content.Count;
        if (_drawn.Length < held)
            _drawn = new bool[held + held / 4];
        Array.Clear(_drawn);
        _order.Reset(_pool.Content);
        _order.Shuffle(_random);
        (_next, _left) = (0, _isLast ? _order.Count : Math.Max(1, held / _batchSize / 2));
    }

    // A pool that is full then holds a batch, whatever the lengths of its sequences are.
    private void RequireRoom()
    {
        double needed = (double)_batchSize * _source.BytesOf(_source.Longest);
        if (needed > Pool)
            throw new InvalidOperationException(
                $"{_source.FeaturesName}: the sequences take {_source.Bytes} bytes in memory, more than TrainingOptions.MemoryBudget "
                + $"allows, so they are shuffled in a pool of {Pool} bytes. But a batch of {_batchSize} sequences of up to "
                + $"{_source.Longest} time steps takes up to {needed:F0}. Raise TrainingOptions.MemoryBudget to at least twice that, lower "
                + "BatchSize, or cut the sequences into shorter ones.");
    }
}
