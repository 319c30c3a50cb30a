using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>Pieces hand on the states at their ends; then each completes the states between its chunks.</content>
internal sealed partial class S4D
{
    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => HandOn(reverse ? 1 : 0, weights, rows, kept, rowsBehind, keptBehind, transposed: false, descending: reverse);

    public override void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => HandOn(reverse ? 1 : 0, weights, rows, scratch, rowsBefore, scratchBefore, transposed: true, descending: !reverse);

    // The state at the far end of a piece, from that at its near edge and the sums of its chunks, one boundary a chunk.
    private void HandOn(
        int direction, in Weights weights, int rows, ReadOnlySpan<float> piece, int rowsOfNext, Span<float> next, bool transposed,
        bool descending)
    {
        if (direction >= Directions)
            return;
        int chunks = ChunkLayout.Chunks(rows), first = direction * Boundaries(rows, 1);
        int edge = direction * Boundaries(rowsOfNext, 1) + (descending ? ChunkLayout.Chunks(rowsOfNext) : 0);
        var near = Boundary(piece, first + (descending ? chunks : 0));
        var last = Boundary(piece, first + (descending ? 0 : chunks));
        ScanCarry.Next(_pole.Of(weights.Prepared), transposed, rows, last, near, Boundary(next, edge));
    }

    protected override void Follow(int group, ReadOnlySpan<float> prepared, Span<float> boundaries, int count, bool reverse)
        => ChunkFollow.Run(
            ChunkLayout.Channels(group, InputSize), States, Width, GatherPower(group, prepared), boundaries, count, reverse);

    // Adds the response to the gradient after a piece, then the gradient of the poles from the states of the piece.
    protected override void FollowBackward(
        int group, int d, int chunks, ReadOnlySpan<float> prepared, ReadOnlySpan<float> states, Span<float> ds, Span<float> powerGradient)
        => ChunkFollow.Backward(
            ChunkLayout.Channels(group, InputSize), States, Width, GatherPower(group, prepared), states, ds, chunks, d == 1, powerGradient);
}
