using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One diagonal state space a channel, once its parameters are prepared (post form): <c>x_t = a x_{t-1} + u_t</c>, <c>y_t = Re(c x_t) + D u_t</c>, with N
/// complex states of its own for every channel; two-way, the same recurrence also runs from the end with a read-out of its own. Shapes: u, y (rows, H); a, c
/// (2, groups, N, 16) as in <see cref="ChunkLayout"/>.
/// Time is cut into chunks of Q = 32 steps, and only the states X_k between chunks exist:
/// <c>X_{k+1} = a^Q X_k + sum_j a^(Q-1-j) u_j</c>, <c>y_j = Re(c a^(j+1) X_k) + sum_{i&lt;=j} K_{j-i} u_i</c>, <c>K_l = Re(c a^l)</c>, D within K_0. The three
/// sums are products with tables, whose gradients are folded into those of a and c once a pass. Cost: 8 N + 33 flops a row and channel forward, a fourth of the
/// work of a scan with all its states written, and no rounding but of the tables grows with time inside a chunk. Kept: the states between chunks.
/// </summary>
internal abstract partial class ChannelCore : ConvolutionCore
{
    private readonly Table _power; // a^Q
    private readonly Table _inputTable; // a^p
    private readonly Table[] _outputTables; // c a^(p+1), imaginary parts negated
    private readonly Table[] _kernels; // K_p

    private readonly bool _convolves;

    protected ChannelCore(ParameterLayout layout, int size, int states, bool bidirectional, bool convolves, double? sobolevExponent)
        : base(layout, size, states, bidirectional, sobolevExponent)
    {
        _convolves = convolves;
        Pole = layout.AddPrepared(Width);
        layout.AddPoles(Pole, size * states, i => PlaceOf(i / states, i % states));
        ReadOuts = [.. Enumerable.Range(0, Directions).Select(_ => layout.AddPrepared(Width))];
        _power = layout.AddTable(Width);
        _inputTable = layout.AddTable(ChunkLayout.Table(states, size));
        _outputTables = [.. Enumerable.Range(0, Directions).Select(_ => layout.AddTable(ChunkLayout.Table(states, size)))];
        _kernels = [.. Enumerable.Range(0, Directions).Select(_ => layout.AddTable(ChunkLayout.Kernel(size)))];
    }

    /// <summary>a.</summary>
    protected Slot Pole { get; }

    /// <summary>c of each direction.</summary>
    protected Slot[] ReadOuts { get; }

    public override bool CanBeCut => !_convolves;

    // the states at the boundaries of each direction: one more than a sequence has chunks
    public override int KeptSize(int rows, int sequences) => _convolves ? 0 : Directions * Boundaries(rows, sequences) * Width;

    // their gradients, that of a^Q, and those of a group's tables
    public override int ScratchSize(int rows, int sequences) => _convolves ? ConvolutionScratchSize(rows) : (Directions * Boundaries(rows,
        sequences) + 1) * Width + 2 * GroupTable + GroupKernel;

    /// <summary>The pole a of a channel's state, and its c in each direction.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="channel">Channel.</param>
    /// <param name="state">State.</param>
    /// <param name="pole">Real part, imaginary part; then those of each c.</param>
    protected abstract void Discretize(ReadOnlySpan<float> values, int channel, int state, Span<double> pole);

    public override void Prepare(in Weights weights)
    {
        const int Group = ChunkLayout.Group, Rows = ChunkLayout.Rows, Sums = (Rows + 1) * Group;
        Span<double> one = stackalloc double[6], pole = stackalloc double[2 * Group], value = stackalloc double[2 * Group], sums = stackalloc double[2 * Sums];
        Span<double> starts = stackalloc double[4 * Group];
        var d = FeedThrough.Of(weights.Values);
        int plane = Width / 2;
        for (int first = 0; first < InputSize; first += Group)
        {
            int channels = Math.Min(Group, InputSize - first);
            sums.Clear();
            for (int n = 0; n < States; n++)
            {
                pole.Clear();
                starts.Clear();
                for (int i = 0; i < channels; i++)
                {
                    Discretize(weights.Values, first + i, n, one);
                    (pole[i], pole[Group + i]) = (one[0], one[1]);
                    for (int k = 0; k < 2 * Directions; k++)
                        starts[k * Group + i] = one[2 + k];
                }
                int state = (int)ChunkLayout.OfState(first, States) + n * Group, table = (int)ChunkLayout.OfTable(first, States) + n * 2 * Rows * Group;
                Put(pole, Pole.Of(weights.Prepared), state, plane);
                value.Clear();
                value[..Group].Fill(1);
                ChunkPowers.Fill(pole, value, 1, _inputTable.Of(weights.Prepared)[table..], default);
                Put(value, _power.Of(weights.Prepared), state, plane);
                for (int direction = 0; direction < Directions; direction++)
                {
                    var start = starts.Slice(2 * direction * Group, 2 * Group);
                    var sum = sums.Slice(direction * Sums, Sums);
                    Put(start, ReadOuts[direction].Of(weights.Prepared), state, plane);
                    for (int i = 0; i < Group; i++)
                    {
                        (value[i], value[Group + i]) = (start[i] * pole[i] - start[Group + i] * pole[Group + i],
                            start[i] * pole[Group + i] + start[Group + i] * pole[i]);
                        sum[i] += start[i];
                    }
                    // K_p is the sum of row p - 1; the last is one too many
                    ChunkPowers.Fill(pole, value, -1, _outputTables[direction].Of(weights.Prepared)[table..], sum[Group..]);
                }
            }
            for (int direction = 0; direction < Directions; direction++)
            {
                var kernel = _kernels[direction].Of(weights.Prepared).Slice((int)ChunkLayout.OfKernel(first), Rows * Group);
                TensorPrimitives.ConvertTruncating<double, float>(sums.Slice(direction * Sums, Rows * Group), kernel);
                for (int i = 0; i < channels && direction == 0; i++)
                    kernel[i] = (float)(sums[i] + d[first + i]);
            }
        }
    }

    // Whole sequences are worked on group by group, both halves of a pass in one: then the states between chunks stay in the second level of cache.
    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        if (!pass.IsPiece)
            return;
        for (int group = 0; group < Groups; group++)
            for (int d = 0; d < Directions; d++)
                Gather(group, d, RowsOf(input, pass, 0, group), true, Of(kept, pass, d), pass.Weights.Prepared);
    }

    public override void ForwardLink(in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        int d = reverse ? 1 : 0;
        if (d >= Directions)
            return;
        int chunks = ChunkLayout.Chunks(rows), at = d * Boundaries(rows, 1), atBehind = d * Boundaries(rowsBehind, 1);
        int end = reverse ? 0 : chunks, behind = reverse ? ChunkLayout.Chunks(rowsBehind) : 0;
        ScanLink.Next(Pole.Of(weights.Prepared), false, rows, Boundary(kept, at + end), Boundary(kept, at + chunks - end), Boundary(keptBehind, atBehind + behind));
    }

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        if (_convolves)
        {
            ConvolutionForward(pass, input, output);
            return;
        }
        if (pass.IsPiece && pass.Rows > ChunkLayout.Rows)
        {
            int chunks = ChunkLayout.Chunks(pass.Rows);
            for (int d = 0; d < Directions; d++)
            {
                var states = Of(kept, pass, d);
                ScanLink.Forward(_power.Of(pass.Weights.Prepared), Boundary(states, d == 0 ? 0 : chunks), states.Slice(Width, (chunks - 1) * Width),
                    reverse: d == 1);
            }
        }
        for (int group = 0; group < Groups; group++)
        {
            for (int d = 0; d < Directions; d++)
            {
                var states = Of(kept, pass, d);
                for (int s = 0; s < pass.Sequences; s++)
                {
                    var u = RowsOf(input, pass, s, group);
                    if (!pass.IsPiece)
                        Gather(group, d, u, false, states, pass.Weights.Prepared);
                    Respond(group, d, d, u, pass.IsPiece, states, pass.Weights.Prepared, Start(output, pass, s, group), accumulate: d == 1);
                    states = states[((u.Chunks + 1) * Width)..];
                }
            }
        }
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        if (!pass.IsPiece)
            return;
        for (int group = 0; group < Groups; group++)
            for (int d = 0; d < Directions; d++)
                GatherGradient(group, d, d, RowsOf(outputGradient, pass, 0, group), true, Of(pass.Scratch, pass, d), pass.Weights.Prepared);
    }

    public override void BackwardLink(in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        int d = reverse ? 1 : 0;
        if (d >= Directions)
            return;
        int chunks = ChunkLayout.Chunks(rows), at = d * Boundaries(rows, 1), atBefore = d * Boundaries(rowsBefore, 1);
        int first = reverse ? chunks : 0, before = reverse ? 0 : ChunkLayout.Chunks(rowsBefore);
        ScanLink.Next(Pole.Of(weights.Prepared), true, rows, Boundary(scratch, at + first), Boundary(scratch, at + chunks - first), Boundary(scratchBefore,
            atBefore + before));
    }

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        if (_convolves)
        {
            ConvolutionBackward(pass, input, outputGradient, inputGradient, gradients);
            return;
        }
        var scratch = pass.Scratch[(Directions * Boundaries(pass.Rows, pass.Sequences) * Width)..];
        var powerGradient = scratch.Take(Width);
        powerGradient.Clear();
        if (pass.IsPiece)
            for (int d = 0; d < Directions; d++)
                Link(d, ChunkLayout.Chunks(pass.Rows), pass.Weights.Prepared, Of(kept, pass, d), Of(pass.Scratch, pass, d), powerGradient);
        var tables = new TableGradients { OfInput = scratch.Take(GroupTable), OfOutput = scratch.Take(GroupTable), OfKernel = scratch.Take(GroupKernel),
            OfPower = powerGradient };
        for (int group = 0; group < Groups; group++)
        {
            tables.OfInput.Clear();
            for (int d = 0; d < Directions; d++)
            {
                tables.OfOutput.Clear();
                tables.OfKernel.Clear();
                ReadOnlySpan<float> states = Of(kept, pass, d);
                var ds = Of(pass.Scratch, pass, d);
                for (int s = 0; s < pass.Sequences; s++)
                {
                    ChannelRows u = RowsOf(input, pass, s, group), dy = RowsOf(outputGradient, pass, s, group);
                    if (!pass.IsPiece)
                        GatherGradient(group, d, d, dy, false, ds, pass.Weights.Prepared);
                    RespondBackward(group, d, u, dy, pass.IsPiece, states, ds, tables);
                    Spread(group, dy, Meeting.Leaving(d, u.Chunks, pass.IsPiece), _inputTable, d == 0, ds, pass.Weights.Prepared, _kernels[d],
                        Start(inputGradient, pass, s, group), accumulate: true);
                    states = states[((u.Chunks + 1) * Width)..];
                    ds = ds[((u.Chunks + 1) * Width)..];
                }
                FoldReadOut(group, d, tables, pass.Weights.Prepared, gradients);
            }
            FoldPowers(group, tables, pass.Weights.Prepared, gradients);
        }
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

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => ChunkStep.Run(States, Pole.Of(pass.Weights.Prepared), ReadOuts[0].Of(pass.Weights.Prepared), FeedThrough.Of(pass.Weights.Values), input, state, output);

    // Adds the free response of the gradient behind a piece, then what the poles owe to the piece's states.
    private void Link(int d, int chunks, ReadOnlySpan<float> prepared, ReadOnlySpan<float> states, Span<float> ds, Span<float> powerGradient)
    {
        int first = d == 0 ? 0 : chunks, last = chunks - first;
        var edge = Boundary(ds, last);
        if (chunks > 1)
        {
            int inner = (chunks - 1) * Width;
            ScanLink.Backward(_power.Of(prepared), states.Slice(Width, inner), Boundary(states, first), edge, ds.Slice(Width, inner), powerGradient,
                reverse: d == 1);
        }
        ScanLink.AddGradient(edge, Boundary(states, d == 0 ? chunks - 1 : 1), powerGradient, 0, Width / 2);
    }

    private static int Boundaries(int rows, int sequences) => rows / ChunkLayout.Rows + 2 * sequences;

    // The boundaries of one direction, sequence by sequence.
    private Span<float> Of(Span<float> memory, in Pass pass, int direction) => memory[(direction * Boundaries(pass.Rows, pass.Sequences) * Width)..];

    private ReadOnlySpan<float> Of(ReadOnlySpan<float> memory, in Pass pass, int direction) => memory[(direction * Boundaries(pass.Rows, pass.Sequences) * Width)..];

    private Span<float> Boundary(Span<float> boundaries, int index) => boundaries.Slice(index * Width, Width);

    private ReadOnlySpan<float> Boundary(ReadOnlySpan<float> boundaries, int index) => boundaries.Slice(index * Width, Width);

    private static void Put(ReadOnlySpan<double> group, Span<float> boundary, int state, int plane)
    {
        TensorPrimitives.ConvertTruncating(group[..ChunkLayout.Group], boundary[state..]);
        TensorPrimitives.ConvertTruncating(group[ChunkLayout.Group..], boundary[(plane + state)..]);
    }
}
