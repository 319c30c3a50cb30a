namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The states of the filters that read a whole sequence from its end, where blocks of rows meet. Filters of mixtures see filters of both
/// ways, so the sequence is read on, then back, and only then are its features known row by row. Keeping the states of both ways at the
/// edges of blocks costs a few floats a row; the features of all rows would cost hundreds.
/// </summary>
internal static class StatesFromEnd
{
    /// <summary>Floats of scratch memory for a sequence of that many rows; 0 where nothing is read from the end.</summary>
    public static long ScratchSize(StepFeatures bank, long rows)
        => !bank.ReadsBothWays ? 0
            : Blocks(rows) * (bank.InputFilters.StateSize + bank.BehindSize) + bank.StateSize + bank.BehindSize
                + FilterBank.Block * bank.Size + bank.ScratchSize;

    /// <summary>The states behind the blocks of a whole sequence, the first of <paramref name="scratch"/>: (blocks, BehindSize).</summary>
    /// <param name="bank">The features.</param>
    /// <param name="values">The parameters.</param>
    /// <param name="sequence">All rows.</param>
    /// <param name="scratch">(ScratchSize).</param>
    public static Span<float> Find(StepFeatures bank, ReadOnlySpan<float> values, scoped in TimedRows sequence, Span<float> scratch)
    {
        if (!bank.ReadsBothWays)
            return [];
        int blocks = (int)Blocks(sequence.Count), ahead = bank.InputFilters.StateSize, size = bank.BehindSize;
        var behind = scratch[..(blocks * size)];
        scratch = scratch[behind.Length..];
        Span<float> before = scratch.Take(blocks * ahead), state = scratch.Take(bank.StateSize), back = scratch.Take(size);
        var features = scratch.Take(FilterBank.Block * bank.Size);
        bank.Begin(values, sequence[0], state, scratch);
        for (int block = 0; block < blocks; block++)
        {
            var rows = Block(sequence, block);
            state[..ahead].CopyTo(before[(block * ahead)..]);
            bank.InputFilters.Forward(
                values, rows.Count, rows.Values, bank.Inputs, rows.Intervals, features, bank.Size, state[..ahead], scratch);
        }
        bank.BeginFromEnd(values, sequence[sequence.Count - 1], back, scratch);
        for (int block = blocks - 1; block >= 0; block--)
        {
            back.CopyTo(behind[(block * size)..]);
            before.Slice(block * ahead, ahead).CopyTo(state);
            bank.Forward(values, Block(sequence, block), features, state, back, scratch);
        }
        return behind;
    }

    private static TimedRows Block(scoped in TimedRows sequence, int block)
    {
        int start = block * FilterBank.Block;
        return sequence.Slice(start, Math.Min(FilterBank.Block, sequence.Count - start));
    }

    private static long Blocks(long rows) => (rows + FilterBank.Block - 1) / FilterBank.Block;
}
