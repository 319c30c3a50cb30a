using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>
/// What takes a state over a chunk is most of the work of a core, and takes a state over a piece for no less. So pieces sum over their
/// chunks side by side, and the carries take the states through all chunks of all pieces, the groups of channels side by side.
/// </content>
internal sealed partial class S4
{
    public override int CarryGroups => Groups;

    public override void ForwardCarryThrough(
        int carry, int group, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept, int rowsBehind,
        Span<float> keptBehind, bool reverse)
        => CarryThrough(
            group, reverse ? 1 : 0, pass.Weights, pass.Rows, kept, rowsBehind, keptBehind, transposed: false, descending: reverse);

    public override void BackwardCarryThrough(
        int carry, int group, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => CarryThrough(group, reverse ? 1 : 0, weights, rows, scratch, rowsBefore, scratchBefore, transposed: true, descending: !reverse);

    // Beside the edge that a piece received lie the sums of its chunks, one boundary a chunk.
    private void CarryThrough(
        int group, int direction, in Weights weights, int rows, Span<float> piece, int rowsOfNext, Span<float> next, bool transposed,
        bool descending)
    {
        if (direction >= Directions)
            return;
        int chunks = ChunkLayout.Chunks(rows);
        var own = piece[(direction * Boundaries(rows, 1) * Width + GroupState(group))..];
        Carry(group, own, chunks + 1, weights.Prepared, transposed, descending);
        if (next.IsEmpty)
            return;
        int edge = direction * Boundaries(rowsOfNext, 1) + (descending ? ChunkLayout.Chunks(rowsOfNext) : 0);
        var end = own[(descending ? 0 : chunks * Width)..];
        var start = next[(edge * Width + GroupState(group))..];
        // Both planes of the group.
        int states = States * ChunkLayout.Group;
        end[..states].CopyTo(start);
        end.Slice(Width / 2, states).CopyTo(start[(Width / 2)..]);
    }
}
