namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// What all streamed sequences of some rows share: the rows, what is known of them, and memory that is taken once, however many parts of
/// the rows and however many models take turns in using it.
/// </summary>
internal sealed class StreamedRows
{
    // A part of the budget, and the most bytes, that are read at once where the order does not matter.
    private const int ShareOfPart = 16, MostOfPart = 1 << 24;

    private readonly long _budget;
    private SequenceArena? _part;
    private SequenceArena? _pool;

    /// <param name="rows">The rows.</param>
    /// <param name="ledger">What is known of them.</param>
    /// <param name="budget">Bytes that sequences may take in memory.</param>
    public StreamedRows(SequenceRows rows, RowLedger ledger, long budget)
    {
        (Rows, Ledger, _budget) = (rows, ledger, budget);
        Shape = rows.CreateSet();
    }

    public SequenceRows Rows { get; }

    public RowLedger Ledger { get; }

    /// <summary>An empty set for such sequences.</summary>
    public SequenceSet Shape { get; }

    /// <summary>Empty memory for some sequences in order, of which the longest is that long.</summary>
    public SequenceArena Part(int longest)
    {
        long needed = Math.Max(Shape.BytesOf(longest), Math.Min(MostOfPart, _budget / ShareOfPart));
        return Empty(ref _part, needed);
    }

    /// <summary>Empty memory to shuffle sequences in.</summary>
    public SequenceArena Pool(long bytes) => Empty(ref _pool, bytes);

    private SequenceArena Empty(ref SequenceArena? arena, long bytes)
    {
        if (arena?.Capacity != bytes)
            arena = null; // so that the old one can be freed before there is a new one
        arena ??= new SequenceArena(Shape, bytes);
        arena.Clear();
        return arena;
    }
}
