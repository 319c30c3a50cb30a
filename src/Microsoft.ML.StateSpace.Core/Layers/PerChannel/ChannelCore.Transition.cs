namespace Microsoft.ML.StateSpace.Layers;

/// <summary>What a derived class knows: how A^Q takes the states over a chunk, and how gradients of tables become those of what it prepared.</summary>
internal abstract partial class ChannelCore
{
    /// <summary>The diagonal that the sums over chunks carry with them, from the group's first value on; empty where <see cref="Carry"/> does all.</summary>
    protected abstract ReadOnlySpan<float> GatherPower(int group, ReadOnlySpan<float> prepared);

    /// <summary>
    /// <c>x_k = A^Q x_(k-1) + x_k</c> for neighbouring boundaries of a group, of which the first is as it should be, less what <see
    /// cref="GatherPower"/> did; not of pieces.
    /// </summary>
    /// <param name="group">Group.</param>
    /// <param name="boundaries">The states, from the group's first on; the next boundary is a Width away.</param>
    /// <param name="count">Boundaries.</param>
    /// <param name="prepared">Prepared values.</param>
    /// <param name="transposed">Whether these are gradients: A^Q transposed.</param>
    /// <param name="descending">Whether the last in memory is the first.</param>
    protected abstract void Carry(int group, Span<float> boundaries, int count, ReadOnlySpan<float> prepared, bool transposed, bool descending);

    /// <summary>The state behind a piece, of all groups: from that before it, over the sums of its chunks.</summary>
    /// <param name="prepared">Prepared values.</param>
    /// <param name="rows">Time steps.</param>
    /// <param name="before">The state before the piece.</param>
    /// <param name="sums">What each chunk brings, one boundary a chunk, less what <see cref="Carry"/> would do.</param>
    /// <param name="transposed">Whether these are gradients.</param>
    /// <param name="descending">Whether the last in memory is the first.</param>
    /// <param name="next">The state behind the piece.</param>
    protected abstract void Next(
        ReadOnlySpan<float> prepared, int rows, ReadOnlySpan<float> before, ReadOnlySpan<float> sums, bool transposed, bool descending, Span<float> next);

    /// <summary>
    /// Completes the boundaries inside of a piece, of all groups, with what is left of the state before it, and what <see cref="Carry"/> would have
    /// done.
    /// </summary>
    /// <param name="prepared">Prepared values.</param>
    /// <param name="boundaries">The boundaries inside and that before them.</param>
    /// <param name="reverse">Whether that before them is the last in memory.</param>
    protected abstract void Follow(ReadOnlySpan<float> prepared, Span<float> boundaries, bool reverse);

    /// <summary>The same of gradients; the diagonal of A^Q may get its gradient here.</summary>
    protected abstract void FollowBackward(int d, int chunks, ReadOnlySpan<float> prepared, ReadOnlySpan<float> states, Span<float> ds, Span<float> powerGradient);

    /// <summary>
    /// Adds to the gradients of what A^Q is made of, from the states x_k that it took and the gradients of what it gave, of a group's chunks.
    /// </summary>
    protected abstract void CarryBackward(
        int group, bool isPiece, ReadOnlySpan<float> gradients, ReadOnlySpan<float> states, int count, ReadOnlySpan<float> prepared, in TableGradients tables);

    /// <summary>Floats of <see cref="TableGradients.OfCarry"/>.</summary>
    protected abstract int CarryGradientSize { get; }

    /// <summary>Floats of <see cref="TableGradients.Steps"/>.</summary>
    protected abstract int CarryStepsSize(int rows);

    /// <summary>The gradients of a direction's read-out table and kernel go where they belong.</summary>
    protected abstract void FoldReadOut(int group, int readOut, in TableGradients tables, ReadOnlySpan<float> prepared, in Gradients gradients);

    /// <summary>Those of the other tables.</summary>
    protected abstract void FoldSystem(int group, in TableGradients tables, ReadOnlySpan<float> prepared, in Gradients gradients);
}
