namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>Sequences that are read anew whenever they are needed. In memory is only where each begins and how long it is.</summary>
internal sealed class StreamedSet : SequenceSource
{
    private readonly SequencePlace[] _places;

    /// <summary>All sequences of rows that were read once.</summary>
    public StreamedSet(StreamedRows origin)
        : this(origin, [.. Enumerable.Range(0, origin.Ledger.Count).Select(i => new SequencePlace(i, 0, origin.Ledger.Length(i)))])
    {
    }

    private StreamedSet(StreamedRows origin, SequencePlace[] places)
        : base(origin.Shape.Features, origin.Shape.Targets, origin.Shape.HasIntervals)
    {
        (FeaturesName, TargetsName, LeftOut) = (origin.Shape.FeaturesName, origin.Shape.TargetsName, origin.Shape.LeftOut);
        HasPairs = origin.Shape.HasPairs;
        (Origin, _places) = (origin, places);
        foreach (var place in places)
        {
            Longest = Math.Max(Longest, place.Length);
            Bytes += BytesOf(place.Length);
        }
    }

    /// <summary>Where the sequences are read from.</summary>
    public StreamedRows Origin { get; }

    public override int Count => _places.Length;

    public override long Bytes { get; }

    /// <summary>Time steps of the longest sequence.</summary>
    public int Longest { get; }

    public override bool HasMissing => Origin.Ledger.HasMissing;

    public override int Length(int index) => _places[index].Length;

    public override int Stratum(int index) => Origin.Ledger.Stratum(_places[index].Row);

    public override StreamedSet Select(IEnumerable<int> indices)
        => new(Origin, [.. indices.Select(i => _places[i])]);

    public override StreamedSet Cut(int? window)
        => window is not int steps || !MustBeCut(steps) ? this : new(Origin,
        [
            .. _places.SelectMany(place => WindowStarts(place.Length, steps)
                .Select(start => place with { Start = place.Start + start, Length = Math.Min(steps, place.Length) })),
        ]);

    public override IEnumerable<SequenceSet> Parts(CancellationToken cancellation)
    {
        var part = Origin.Part(Longest);
        using var reading = Open(cancellation);
        while (reading.MoveNext())
        {
            if (part.TryAdd(reading.Row, reading.Place))
                continue;
            yield return part.Content;
            part.Clear();
            part.TryAdd(reading.Row, reading.Place);
        }
        if (part.Content.Count > 0)
            yield return part.Content;
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
    public SequenceReading Open(CancellationToken cancellation) => new(Origin.Rows, Origin.Ledger, _places, cancellation);
}
