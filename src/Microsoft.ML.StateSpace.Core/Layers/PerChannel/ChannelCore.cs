using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One state space for each channel, once its parameters are prepared. It is in post form, in which the output sees the input without
/// delay: <c>x_t = A x_{t-1} + b u_t</c>, <c>y_t = Re(c x_t) + D u_t</c>. Every channel has N complex states of its own. If bidirectional,
/// the same recurrence also runs from the end, with its own read-out.
/// Time is cut into chunks of Q = 32 steps, and only the states X_k between chunks are stored:
/// <c>X_{k+1} = A^Q X_k + sum_j A^(Q-1-j) b u_j</c>, <c>y_j = Re(c A^(j+1) X_k) + sum_{i&lt;=j} K_{j-i} u_i</c>, <c>K_l = Re(c A^l b)</c>,
/// where K_0 also contains D. The three sums are products with tables. A derived class knows A^Q, and once a pass it folds the gradients of
/// the tables into those of the values that it prepared.
/// Shapes: u, y (rows, H); vectors (2, groups, N, 16) as in <see cref="ChunkLayout"/>. Cost: 8 N + 33 flops a row and channel forward,
/// besides those of A^Q. This is a fourth of the work of a scan that writes all its states. Inside a chunk only the rounding of the tables
/// can grow with time. Kept: the states between chunks.
/// </summary>
internal abstract partial class ChannelCore : ConvolutionCore
{
    private readonly bool _convolves;

    protected ChannelCore(ParameterLayout layout, int size, int states, bool bidirectional, bool convolves, double? sobolevExponent)
        : base(layout, size, states, bidirectional, sobolevExponent)
    {
        _convolves = convolves;
        InputTable = new(layout, ChunkLayout.Table(states, size));
        OutputTables = [.. Enumerable.Range(0, Directions).Select(_ => new AlignedTable(layout, ChunkLayout.Table(states, size)))];
        Kernels = [.. Enumerable.Range(0, Directions).Select(_ => new AlignedTable(layout, ChunkLayout.Kernel(size)))];
    }

    /// <summary>A^p b.</summary>
    protected AlignedTable InputTable { get; }

    /// <summary>c A^(p+1) for each direction, with the imaginary parts negated.</summary>
    protected AlignedTable[] OutputTables { get; }

    /// <summary>K_p for each direction.</summary>
    protected AlignedTable[] Kernels { get; }

    /// <summary>Says where the tables begin, before they are filled.</summary>
    protected void PlaceTables(Span<float> prepared)
    {
        InputTable.Place(prepared);
        for (int d = 0; d < Directions; d++)
        {
            OutputTables[d].Place(prepared);
            Kernels[d].Place(prepared);
        }
    }

    public override bool CanBeCut => !_convolves;

    public override bool Convolves => _convolves;

    // The states at the chunk boundaries, for each direction. A sequence has one boundary more than chunks.
    public override long KeptSize(long rows, long sequences) => _convolves ? 0 : Directions * Boundaries(rows, sequences) * Width;

    // The gradients of these states, and those of the tables.
    public override long ScratchSize(long rows, long sequences)
        => _convolves ? ConvolutionScratchSize(rows) : Directions * Boundaries(rows, sequences) * Width + TableGradientSize(rows);

    // Whole sequences are worked on in the second phase, group by group. Then the states between chunks are still in the second-level cache
    // when the outputs are computed from them.
    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        if (!pass.IsPiece)
            return;
        for (int group = 0; group < Groups; group++)
            for (int d = 0; d < Directions; d++)
                Gather(group, d, RowsOf(input, pass, 0, group), true, Of(kept, pass, d), pass.Weights.Prepared);
    }

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        if (_convolves && pass.State.IsEmpty)
        {
            ConvolutionForward(pass, input, output);
            return;
        }
        // A window of a convolution keeps no states, but the scratch memory of its responses has room for them.
        var states0 = _convolves ? pass.Scratch : kept;
        if (pass.Continues)
            pass.State.CopyTo(states0);
        for (int group = 0; group < Groups; group++)
        {
            for (int d = 0; d < Directions; d++)
            {
                var states = Of(states0, pass, d);
                if (pass.IsPiece && pass.Rows > ChunkLayout.Rows)
                    Follow(
                        group, pass.Weights.Prepared, states[(d * Width + GroupState(group))..], ChunkLayout.Chunks(pass.Rows),
                        reverse: d == 1);
                for (int s = 0; s < pass.Sequences; s++)
                {
                    var u = RowsOf(input, pass, s, group);
                    if (!pass.State.IsEmpty)
                        GatherWindow(group, u, pass.Continues, states, pass.Weights.Prepared);
                    else if (!pass.IsPiece)
                        Gather(group, d, u, false, states, pass.Weights.Prepared);
                    Respond(
                        group, d, d, u, pass.IsPiece || pass.Continues, states, pass.Weights.Prepared, Start(output, pass, s, group),
                        accumulate: d == 1);
                    states = states[((u.Chunks + 1) * Width)..];
                }
            }
        }
        if (!pass.State.IsEmpty)
            Boundary(states0, ChunkLayout.Chunks(pass.Rows)).CopyTo(pass.State);
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        if (!pass.IsPiece)
            return;
        for (int group = 0; group < Groups; group++)
            for (int d = 0; d < Directions; d++)
                GatherGradient(group, d, d, RowsOf(outputGradient, pass, 0, group), true, Of(pass.Scratch, pass, d), pass.Weights.Prepared);
    }

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        if (pass.Observer is not null && SobolevExponent is null)
            ShowStates(pass, input, outputGradient);
        if (_convolves)
        {
            ConvolutionBackward(pass, input, outputGradient, inputGradient, gradients);
            return;
        }
        var scratch = pass.Scratch[(Directions * Boundaries(pass.Rows, pass.Sequences) * Width)..];
        var tables = TakeTableGradients(ref scratch, pass.Rows);
        tables.OfPower.Clear();
        for (int group = 0; group < Groups; group++)
        {
            tables.OfInput.Clear();
            tables.OfCarry.Clear();
            for (int d = 0; d < Directions; d++)
            {
                tables.OfOutput.Clear();
                tables.OfKernel.Clear();
                ReadOnlySpan<float> states = Of(kept, pass, d);
                var ds = Of(pass.Scratch, pass, d);
                if (pass.IsPiece)
                    FollowBackward(
                        group, d, ChunkLayout.Chunks(pass.Rows), pass.Weights.Prepared, states[GroupState(group)..],
                        ds[GroupState(group)..], tables.OfPower[GroupState(group)..]);
                for (int s = 0; s < pass.Sequences; s++)
                {
                    ChannelRows u = RowsOf(input, pass, s, group), dy = RowsOf(outputGradient, pass, s, group);
                    if (!pass.IsPiece)
                        GatherGradient(group, d, d, dy, false, ds, pass.Weights.Prepared);
                    RespondBackward(group, d, u, dy, pass.IsPiece, states, ds, tables, pass.Weights.Prepared);
                    Spread(group, dy, Meeting.Leaving(d, u.Chunks, pass.IsPiece), InputTable, d == 0, ds, pass.Weights.Prepared, Kernels[d],
                        Start(inputGradient, pass, s, group), accumulate: true);
                    states = states[((u.Chunks + 1) * Width)..];
                    ds = ds[((u.Chunks + 1) * Width)..];
                }
                FoldReadOut(group, d, tables, pass.Weights.Prepared, gradients);
            }
            FoldSystem(group, tables, pass.Weights.Prepared, gradients);
        }
    }

    /// <summary>Computes the states of all rows for the observer of a pass, where they are those of a diagonal recurrence.</summary>
    protected virtual void ShowStates(in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient)
    {
    }

    public override void ClearEdges(int rows, Span<float> kept)
    {
        for (int d = 0; d < Directions; d++)
            Boundary(kept, d * Boundaries(rows, 1) + (d == 0 ? 0 : ChunkLayout.Chunks(rows))).Clear();
    }

    public override void ClearGradientEdges(int rows, Span<float> scratch)
    {
        for (int d = 0; d < Directions; d++)
            Boundary(scratch, d * Boundaries(rows, 1) + (d == 0 ? ChunkLayout.Chunks(rows) : 0)).Clear();
    }

    protected static int Boundaries(int rows, int sequences) => (int)Boundaries((long)rows, sequences);

    private static long Boundaries(long rows, long sequences) => rows / ChunkLayout.Rows + 2 * sequences;

    // The boundaries of one direction, sequence by sequence.
    private Span<float> Of(Span<float> memory, in Pass pass, int direction)
        => memory[(direction * Boundaries(pass.Rows, pass.Sequences) * Width)..];

    private ReadOnlySpan<float> Of(ReadOnlySpan<float> memory, in Pass pass, int direction)
        => memory[(direction * Boundaries(pass.Rows, pass.Sequences) * Width)..];

    protected Span<float> Boundary(Span<float> boundaries, int index) => boundaries.Slice(index * Width, Width);

    protected ReadOnlySpan<float> Boundary(ReadOnlySpan<float> boundaries, int index) => boundaries.Slice(index * Width, Width);
}
