using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The work on one group of channels of one sequence, chunk by chunk. In the methods below, direction says how the sequence is read (0
/// forwards, 1 backwards), and readOut says which c is used.
/// </summary>
internal abstract partial class ChannelCore
{
    protected int GroupTable => ChunkLayout.Table(States, 1);

    protected static int GroupKernel => ChunkLayout.Kernel(1);

    protected int GroupState(int group) => group * States * ChunkLayout.Group;

    // X_{k+1} = A^Q X_k + sum_j A^(Q-1-j) b u_j, from a zero state.
    private void Gather(int group, int direction, in ChannelRows u, bool isPiece, Span<float> states, ReadOnlySpan<float> prepared)
        => Gather(
            group, u, isPiece, Meeting.Leaving(direction, u.Chunks, isPiece), InputTable,
            direction == 0, states, prepared, conjugate: false, descending: direction == 1);

    // The same for a window: up to the state behind it, and from the state before it, which is the first boundary, if it continues.
    private void GatherWindow(int group, in ChannelRows u, bool continues, Span<float> states, ReadOnlySpan<float> prepared)
    {
        var own = states[GroupState(group)..];
        ChunkGather.Run(
            u, new ChunkRange(0, u.Chunks, Reverse: true), OfGroup(InputTable, prepared, group), States,
            own[Width..], Width, GatherPower(group, prepared), conjugate: false, descending: false, continues);
        if (continues)
            Carry(group, own, u.Chunks + 1, prepared, transposed: false, descending: false);
        else
            Carry(group, own[Width..], u.Chunks, prepared, transposed: false, descending: false);
    }

    // y_j = Re(c A^(j+1) X_k) + sum_i K_{j-i} u_i
    private void Respond(
        int group, int direction, int readOut, in ChannelRows u, bool isPiece,
        ReadOnlySpan<float> states, ReadOnlySpan<float> prepared, Span<float> y, bool accumulate)
        => Spread(
            group, u, Meeting.Entering(direction, u.Chunks, isPiece), OutputTables[readOut],
            direction == 1, states, prepared, Kernels[readOut], y, accumulate);

    // The gradients of the states, starting from zero after the end of the sequence.
    private void GatherGradient(
        int group, int direction, int readOut, in ChannelRows dy, bool isPiece, Span<float> ds, ReadOnlySpan<float> prepared)
        => Gather(
            group, dy, isPiece, Meeting.Entering(direction, dy.Chunks, isPiece), OutputTables[readOut],
            direction == 1, ds, prepared, conjugate: true, descending: direction == 0);

    // Adds to the gradients of the tables.
    private void RespondBackward(int group, int direction, in ChannelRows u, in ChannelRows dy, bool isPiece, ReadOnlySpan<float> states,
        ReadOnlySpan<float> ds, in TableGradients tables, ReadOnlySpan<float> prepared)
    {
        int chunks = u.Chunks, outer = isPiece ? 0 : 1, count = chunks - 2 * outer;
        // X_{k+1} = A^Q X_k + ...: chunk k lies between boundaries k and k + 1. Forwards the state goes from k to k + 1, backwards from k +
        // 1 to k.
        if (count > 0)
            CarryBackward(
                group, isPiece, ds[((outer + 1 - direction) * Width)..], states[((outer + direction) * Width)..], count, prepared, tables);
        // y_j = Re(c A^(j+1) X_k) + sum_i K_{j-i} u_i
        Meeting entering = Meeting.Entering(direction, chunks, isPiece), leaving = Meeting.Leaving(direction, chunks, isPiece);
        ChunkOuter.Table(dy, entering.Range(direction == 1), States, states[At(entering, group)..], Width, tables.OfOutput);
        ChunkOuter.Kernel(u, direction == 1, dy.Values, tables.OfKernel);
        // X_{k+1} = ... + sum_j A^(Q-1-j) b u_j
        ChunkOuter.Table(u, leaving.Range(direction == 0), States, ds[At(leaving, group)..], Width, tables.OfInput);
    }

    private void Gather(
        int group, in ChannelRows rows, bool isPiece, Meeting meeting, AlignedTable table, bool reverse,
        Span<float> boundaries, ReadOnlySpan<float> prepared, bool conjugate, bool descending)
    {
        var own = boundaries[At(meeting, group)..];
        ChunkGather.Run(
            rows, meeting.Range(reverse), OfGroup(table, prepared, group), States,
            own, Width, GatherPower(group, prepared), conjugate, descending);
        if (!isPiece)
            Carry(group, own, meeting.Count, prepared, conjugate, descending);
    }

    // No state enters the first chunk of a sequence (the last one if it is read backwards), so only the kernel K acts on it.
    private void Spread(
        int group, in ChannelRows rows, Meeting meeting, AlignedTable table, bool reverse, ReadOnlySpan<float> boundaries,
        ReadOnlySpan<float> prepared, AlignedTable kernel, Span<float> output, bool accumulate)
    {
        var k = kernel.Of(prepared).Slice(group * GroupKernel, GroupKernel);
        ChunkSpread.Run(
            rows, meeting.Range(reverse), OfGroup(table, prepared, group), States,
            boundaries[At(meeting, group)..], Width, k, output, accumulate);
        if (meeting.Count < rows.Chunks)
            ChunkSpread.Run(
                rows, new ChunkRange(meeting.First > 0 ? 0 : rows.Chunks - 1, 1, reverse),
                default, 0, default, Width, k, output, accumulate);
    }

    protected ReadOnlySpan<float> OfGroup(AlignedTable table, ReadOnlySpan<float> prepared, int group)
        => table.Of(prepared).Slice(group * GroupTable, GroupTable);

    private int At(Meeting meeting, int group) => meeting.Boundary * Width + GroupState(group);

    private long TableGradientSize(long rows)
        => ChunkLayout.Line + Width + 2 * GroupTable + GroupKernel + CarryGradientSize + CarryStepsSize(rows);

    // All of them begin on cache lines, since their sizes are whole lines.
    private TableGradients TakeTableGradients(ref Span<float> scratch, int rows)
    {
        scratch = scratch[ChunkLayout.ToLine(scratch)..];
        return new()
        {
            OfPower = scratch.Take(Width),
            OfInput = scratch.Take(GroupTable),
            OfOutput = scratch.Take(GroupTable),
            OfKernel = scratch.Take(GroupKernel),
            OfCarry = scratch.Take(CarryGradientSize),
            Steps = scratch.Take(CarryStepsSize(rows)),
        };
    }

    /// <summary>
    /// The gradients that a pass adds up for one group: those of A^p b, of c A^(p+1), of K and of the other factors of A^Q. The gradient of
    /// the diagonal of A^Q is added up for all groups.
    /// </summary>
    protected readonly ref struct TableGradients
    {
        public required Span<float> OfInput { get; init; }

        public required Span<float> OfOutput { get; init; }

        public required Span<float> OfKernel { get; init; }

        public required Span<float> OfPower { get; init; }

        public required Span<float> OfCarry { get; init; }

        /// <summary>Working memory of <see cref="CarryBackward"/>.</summary>
        public required Span<float> Steps { get; init; }
    }

    /// <summary>
    /// The chunks of a sequence that meet a boundary, and the boundary that the first of them meets. Each following chunk meets the
    /// following boundary. At the ends of a whole sequence no state enters, and none need leave.
    /// </summary>
    private readonly record struct Meeting(int First, int Count, int Boundary)
    {
        public ChunkRange Range(bool reverse) => new(First, Count, reverse);

        public static Meeting Entering(int direction, int chunks, bool isPiece) => Between(direction, chunks, isPiece);

        public static Meeting Leaving(int direction, int chunks, bool isPiece) => Between(1 - direction, chunks, isPiece);

        // Boundary k lies before chunk k. With shift 0 a chunk meets the boundary before it, with shift 1 the one after it.
        private static Meeting Between(int shift, int chunks, bool isPiece)
            => isPiece ? new(0, chunks, shift) : new(1 - shift, chunks - 1, 1);
    }
}
