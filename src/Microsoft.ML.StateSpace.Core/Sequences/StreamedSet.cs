namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>Sequences that are read anew whenever they are needed. In memory is only where each begins and how long it is.</summary>
internal sealed class StreamedSet : SequenceSource
{
    // A part of the budget, and the most bytes, that are read at once where the order does not matter.
    private const int ShareOfPart = 16, MostOfPart = 1 << 24;

    private readonly SequenceRows _rows;
    private readonly RowLedger _ledger;
    private readonly SequencePlace[] _places;
    private readonly long _budget;
    private SequenceArena? _part;

    /// <summary>All sequences of rows that were read once.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="ledger">What is known of them.</param>
    /// <param name="budget">Bytes that sequences may take in memory.</param>
    public StreamedSet(SequenceRows rows, RowLedger ledger, long budget)
        : this(rows, ledger, budget, [.. Enumerable.Range(0, ledger.Count).Select(i => new SequencePlace(i, 0, ledger.Length(i)))])
    {
    }

    private StreamedSet(SequenceRows rows, RowLedger ledger, long budget, SequencePlace[] places)
        : this(rows.CreateSet(), rows, ledger, budget, places)
    {
    }

    private StreamedSet(SequenceSet shape, SequenceRows rows, RowLedger ledger, long budget, SequencePlace[] places)
        : base(shape.Features, shape.Targets, shape.HasIntervals)
    {
        (FeaturesName, TargetsName, LeftOut) = (shape.FeaturesName, shape.TargetsName, shape.LeftOut);
        (_rows, _ledger, _places, _budget) = (rows, ledger, places, budget);
        foreach (var place in places)
        {
            Longest = Math.Max(Longest, place.Length);
            Bytes += BytesOf(place.Length);
        }
    }

    public override int Count => _places.Length;

    public override long Bytes { get; }

    /// <summary>Time steps of the longest sequence.</summary>
    public int Longest { get; }

    public override bool HasMissing => _ledger.HasMissing;

    public override int Length(int index) => _places[index].Length;

    public override int Stratum(int index) => _ledger.Stratum(_places[index].Row);

    public override StreamedSet Select(IEnumerable<int> indices)
        => new(_rows, _ledger, _budget, [.. indices.Select(i => _places[i])]);

    public override StreamedSet Cut(int? window)
        => window is not int steps || !MustBeCut(steps) ? this : new(_rows, _ledger, _budget,
        [
            .. _places.SelectMany(place => WindowStarts(place.Length, steps)
                .Select(start => place with { Start = place.Start + start, Length = Math.Min(steps, place.Length) })),
        ]);

    public override IEnumerable<SequenceSet> Parts(CancellationToken cancellation)
    {
        _part ??= new SequenceArena(this, Math.Max(BytesOf(Longest), Math.Min(MostOfPart, _budget / ShareOfPart)));
        _part.Clear();
        using var reading = Open(cancellation);
        while (reading.MoveNext())
        {
            if (_part.TryAdd(reading.Row, reading.Place))
                continue;
            yield return _part.Content;
            _part.Clear();
            _part.TryAdd(reading.Row, reading.Place);
        }
        if (_part.Content.Count > 0)
            yield return _part.Content;
    }

    public override SequenceSource InMemory(long most, CancellationToken cancellation)
    {
        if (Bytes > SequenceArena.Room(most))
            return this;
        var arena = new SequenceArena(this, Bytes);
        using var reading = Open(cancellation);
        while (reading.MoveNext())
            arena.TryAdd(reading.Row, reading.Place);
        return arena.Content;
    }

    public override EpochBatches Batches(int batchSize, long memory, CancellationToken cancellation)
        => new PoolBatches(this, batchSize, memory, cancellation);

    /// <summary>Begins a reading of the sequences in order.</summary>
    public SequenceReading Open(CancellationToken cancellation) => new(_rows, _ledger, _places, cancellation);
}
