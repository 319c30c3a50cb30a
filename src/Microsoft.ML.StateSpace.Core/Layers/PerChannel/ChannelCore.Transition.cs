namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// What a derived class must provide: how A^Q takes the states over a chunk, and how the gradients of the tables become those of the values
/// that the class prepared.
/// </summary>
internal abstract partial class ChannelCore
{
    /// <summary>
    /// The diagonal by which the sums over chunks multiply the state as they go, from the group's first value on. Empty if
    /// <see cref="Carry"/> does all of A^Q.
    /// </summary>
    protected abstract ReadOnlySpan<float> GatherPower(int group, ReadOnlySpan<float> prepared);

    /// <summary>
    /// <c>x_k = A^Q x_(k-1) + x_k</c> for the boundaries of a group, one after the other, less the share of A^Q that
    /// <see cref="GatherPower"/> has already done. The first boundary is already complete. Not called for pieces while they gather their
    /// sums.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="boundaries">The states, from the group's first one on. Two neighbouring boundaries are Width floats apart.</param>
    /// <param name="count">Number of boundaries.</param>
    /// <param name="prepared">Prepared values.</param>
    /// <param name="transposed">Whether the states are gradients, which are multiplied with the transposed A^Q.</param>
    /// <param name="descending">Whether the last in memory is the first.</param>
    protected abstract void Carry(
        int group, Span<float> boundaries, int count, ReadOnlySpan<float> prepared, bool transposed, bool descending);

    /// <summary>
    /// Completes the boundaries of a group inside a piece. It adds the response to the state before the piece, and does what
    /// <see cref="Carry"/> was not called to do. It is done group by group, so that the states are still in the cache when the outputs are
    /// computed from them. Nothing is left to do where carries go through the pieces.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="prepared">Prepared values.</param>
    /// <param name="boundaries">The boundaries inside the piece, and the one before them, from the group's first value on.</param>
    /// <param name="count">Number of these boundaries.</param>
    /// <param name="reverse">Whether the boundary before them is the last in memory.</param>
    protected virtual void Follow(int group, ReadOnlySpan<float> prepared, Span<float> boundaries, int count, bool reverse)
    {
    }

    /// <summary>
    /// Does the same for gradients. The diagonal of A^Q may receive its gradient here. States and gradients are those of all boundaries of
    /// the piece, from the group's first value on.
    /// </summary>
    protected virtual void FollowBackward(
        int group, int d, int chunks, ReadOnlySpan<float> prepared, ReadOnlySpan<float> states, Span<float> ds, Span<float> powerGradient)
    {
    }

    /// <summary>
    /// Adds to the gradients of the factors of A^Q, for the chunks of one group, from the states x_k that A^Q was applied to and the
    /// gradients of the results.
    /// </summary>
    protected abstract void CarryBackward(
        int group, bool isPiece, ReadOnlySpan<float> gradients, ReadOnlySpan<float> states,
        int count, ReadOnlySpan<float> prepared, in TableGradients tables);

    /// <summary>Floats of <see cref="TableGradients.OfCarry"/>.</summary>
    protected abstract int CarryGradientSize { get; }

    /// <summary>Floats of <see cref="TableGradients.Steps"/>.</summary>
    protected abstract long CarryStepsSize(long rows);

    /// <summary>Folds the gradients of a direction's read-out table and kernel into the gradients of the prepared values.</summary>
    protected abstract void FoldReadOut(
        int group, int readOut, in TableGradients tables, ReadOnlySpan<float> prepared, in Gradients gradients);

    /// <summary>Folds the gradients of the other tables into the gradients of the prepared values.</summary>
    protected abstract void FoldSystem(int group, in TableGradients tables, ReadOnlySpan<float> prepared, in Gradients gradients);
}
