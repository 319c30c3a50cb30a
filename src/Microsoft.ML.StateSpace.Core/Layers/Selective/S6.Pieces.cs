using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <content>
/// To scan each piece from a zero state first would double the exponentials, which are most of the work. So pieces compute their steps and
/// projections side by side, and the carry is the scan itself, through all pieces, the groups of channels side by side. On the way back
/// channels meet in the gradients of B and C, so there each piece begins from a zero gradient, and the carry hands on edges.
/// </content>
internal sealed partial class S6
{
    // Channels of a group: two of the widest vectors. With fewer, B and C are read too often; with more, there are too few groups to share.
    private const int Group = 2 * SelectiveScan.Widest;

    public override int CarryGroups => (InputSize + Group - 1) / Group;

    public override void ForwardCarryThrough(
        int carry, int group, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept, int rowsBehind,
        Span<float> keptBehind, bool reverse)
    {
        if (reverse)
            return;
        var boundaries = kept;
        var state = boundaries.Take(StateSize);
        Span<float> projections = boundaries.Take(pass.Rows * ProjectionSize), steps = boundaries.Take(pass.Rows * InputSize),
            work = stackalloc float[SelectiveScan.ForwardWork];
        int first = group * Group, channels = Math.Min(Group, InputSize - first);
        SelectiveScan.Forward(Sequence(pass, input, projections, steps), first, channels, state, boundaries, output, work);
        for (int at = first; !keptBehind.IsEmpty && at < StateSize; at += InputSize)
            state.Slice(at, channels).CopyTo(keptBehind[at..]);
    }

    public override void BackwardCarryThrough(
        int carry, int group, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        if (reverse || scratchBefore.IsEmpty)
            return;
        int first = group * Group;
        SelectiveScan.Carry(
            Rates.Of((ReadOnlySpan<float>)weights.Prepared), StepSum.Of(scratch), first, Math.Min(Group, InputSize - first),
            Inner.Of(scratch), Outer.Of(scratch), Outer.Of(scratchBefore));
    }
}
