using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>Pieces hand on the states at their ends; then each completes the states between its chunks.</content>
internal sealed partial class S4D
{
    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        int d = reverse ? 1 : 0;
        if (d >= Directions)
            return;
        int chunks = ChunkLayout.Chunks(rows), at = d * Boundaries(rows, 1), atBehind = d * Boundaries(rowsBehind, 1);
        int before = reverse ? chunks : 0, behind = reverse ? ChunkLayout.Chunks(rowsBehind) : 0;
        Next(
            weights, rows, Boundary(kept, at + before), Boundaries(kept, at + 1 - d, chunks),
            transposed: false, descending: reverse, Boundary(keptBehind, atBehind + behind));
    }

    public override void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        int d = reverse ? 1 : 0;
        if (d >= Directions)
            return;
        int chunks = ChunkLayout.Chunks(rows), at = d * Boundaries(rows, 1), atBefore = d * Boundaries(rowsBefore, 1);
        int behind = reverse ? 0 : chunks, before = reverse ? 0 : ChunkLayout.Chunks(rowsBefore);
        Next(
            weights, rows, Boundary(scratch, at + behind), Boundaries(scratch, at + d, chunks),
            transposed: true, descending: !reverse, Boundary(scratchBefore, atBefore + before));
    }

    // The state after a piece, from the state before it and the sums of its chunks, one boundary a chunk.
    private void Next(
        in Weights weights, int rows, ReadOnlySpan<float> before, ReadOnlySpan<float> sums, bool transposed, bool descending,
        Span<float> next)
        => ScanCarry.Next(_pole.Of(weights.Prepared), transposed, rows, descending ? sums[..Width] : sums[^Width..], before, next);

    protected override void Follow(int group, ReadOnlySpan<float> prepared, Span<float> boundaries, int count, bool reverse)
        => ChunkFollow.Run(
            ChunkLayout.Channels(group, InputSize), States, Width, GatherPower(group, prepared), boundaries, count, reverse);

    // Adds the response to the gradient after a piece, then the gradient of the poles from the states of the piece.
    protected override void FollowBackward(
        int group, int d, int chunks, ReadOnlySpan<float> prepared, ReadOnlySpan<float> states, Span<float> ds, Span<float> powerGradient)
        => ChunkFollow.Backward(
            ChunkLayout.Channels(group, InputSize), States, Width, GatherPower(group, prepared), states, ds, chunks, d == 1, powerGradient);
}
