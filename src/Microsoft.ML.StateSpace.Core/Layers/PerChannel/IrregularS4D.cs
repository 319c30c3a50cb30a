using System.Diagnostics;
using System.Numerics;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <see cref="S4D"/> for time steps that are not equally far apart. Step t has the step size <c>s dt_t</c>, where dt_t is the time since
/// the previous step in units of the reference sampling time. Zero-order hold and the bilinear map both have
/// <c>f = (lb - 1) / Lambda</c>. With <c>E_t = lb_t - 1</c> the recurrence of a channel is therefore
/// <c>x_t = x_{t-1} + E_t (x_{t-1} + (B / Lambda) u_t)</c>, <c>y_t = 2 Re(C x_t) + D u_t</c>. If bidirectional, a scan from the end,
/// which uses the time to the following step, adds <c>2 Re(C2 x'_t)</c>.
/// Shapes and parameters: as S4D, which is the case of dt = 1 everywhere. States are (2, N, H).
/// Cost: E differs from step to step, so no table of powers serves a chunk, and no impulse response a convolution: some 50 operations a
/// state, channel and row forward. That is several times the cost of S4D. Kept: the states before each chunk of 32 rows.
/// </summary>
internal sealed class IrregularS4D : RecurrentLayer
{
    // Finite, so that its product with an interval is defined.
    private const double LargestZeta = 1e15;

    /// <summary>The smallest rate -Re Lambda. No float32 state decays that slowly, and 1 / Lambda stays finite.</summary>
    public const double SlowestRate = 1e-12;

    private readonly int _states;
    private readonly int _directions;

    public Discretization Discretization { get; }

    public S4DParameters Parameters { get; }

    public Parameter FeedThrough { get; }

    /// <summary>Lambda s, (2, N, H).</summary>
    public Slot Zeta { get; }

    /// <summary>B / Lambda, (2, N, H).</summary>
    public Slot InputVector { get; }

    /// <summary>2 C of each direction, (2, N, H).</summary>
    public Slot[] ReadOuts { get; }

    public int States => _states;

    public IrregularS4D(ParameterLayout layout, S4DOptions options, int size, int states, bool bidirectional)
    {
        InputSize = size;
        (Discretization, _states, _directions) = (options.Discretization, states, bidirectional ? 2 : 1);
        Zeta = layout.AddPrepared(Width);
        InputVector = layout.AddPrepared(Width);
        ReadOuts = layout.AddPrepared(Width, _directions);
        FeedThrough = layout.Add("D", [size], ParameterGroup.Plain, Initialize.Normal(1));
        Parameters = new S4DParameters(layout, options, size, states, _directions);
    }

    public override int InputSize { get; }

    public override int OutputSize => InputSize;

    public override int StateSize => Width;

    private int Width => 2 * _states * InputSize;

    // The edges of a piece, and for each direction the state before each chunk.
    public override long KeptSize(long rows, long sequences) => EdgesSize + _directions * Boundaries(rows, sequences) * Width;

    // The edges of a piece, a state or its gradient on its way from chunk to chunk, and the work of a chunk.
    public override long ScratchSize(long rows, long sequences) => EdgesSize + Width + IrregularChannelScan.Work;

    public override void Prepare(in Weights weights)
    {
        Span<float> zeta = Zeta.Of(weights.Prepared), input = InputVector.Of(weights.Prepared);
        for (int h = 0; h < InputSize; h++)
        {
            double step = Parameters.Step(weights.Values, h);
            for (int n = 0; n < _states; n++)
            {
                Complex lambda = Lambda(weights.Values, h, n), product = lambda * step;
                Put(
                    zeta, h, n,
                    new(Math.Max(product.Real, -LargestZeta), Math.Clamp(product.Imaginary, -LargestZeta, LargestZeta)));
                Put(input, h, n, Parameters.Input(weights.Values, h, n) / lambda);
                for (int d = 0; d < _directions; d++)
                    Put(ReadOuts[d].Of(weights.Prepared), h, n, 2 * Parameters.ReadOut(weights.Values, d, h, n));
            }
        }
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        for (int h = 0; h < InputSize; h++)
        {
            double step = Parameters.Step(weights.Values, h), dLogStep = 0;
            for (int n = 0; n < _states; n++)
            {
                Complex lambda = Lambda(weights.Values, h, n), inverse = 1 / lambda, b = Parameters.Input(weights.Values, h, n),
                    dz = At(Zeta.Of(gradients.Prepared), h, n), dInput = At(InputVector.Of(gradients.Prepared), h, n);
                // zeta = Lambda s, input = B / Lambda
                Parameters.AddInput(gradients.Values, h, n, Complex.Conjugate(inverse) * dInput);
                Complex dLambda = step * dz - Complex.Conjugate(inverse * inverse * b) * dInput;
                Parameters.AddLambda(gradients.Values, h, n, lambda, dLambda);
                dLogStep += (Complex.Conjugate(lambda) * dz).Real * step;
                for (int d = 0; d < _directions; d++)
                    Parameters.AddReadOut(gradients.Values, d, h, n, 2 * At(ReadOuts[d].Of(gradients.Prepared), h, n));
            }
            Parameters.LogStep.Of(gradients.Values)[h] += (float)dLogStep;
        }
    }

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        Debug.Assert(
            pass.Intervals.Length == pass.Rows && (_directions == 1 || pass.IntervalsBehind.Length == pass.Rows),
            "every row has its interval");
        for (int d = 0; d < _directions && pass.IsPiece; d++)
            IrregularChannelScan.End(System(pass, d), Intervals(pass, d), input, End(kept, d), Product(kept, d), reverse: d == 1);
    }

    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => Carry(kept, keptBehind, reverse);

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        output.Clear();
        RowKernels.AddScaled(input, FeedThrough.Of(pass.Weights.Values), output);
        var state = State(pass.Scratch);
        for (int d = 0; d < _directions; d++)
        {
            for (int s = 0; s < pass.Sequences; s++)
            {
                if (pass.IsPiece)
                    Edge(kept, d).CopyTo(state);
                else if (pass.Continues)
                    pass.State.CopyTo(state);
                else
                    state.Clear();
                int chunks = IrregularChannelScan.Chunks(pass.Starts[s + 1] - pass.Starts[s]);
                for (int chunk = 0; chunk < chunks; chunk++)
                {
                    var (rows, values) = Chunk(pass, s, d, chunk);
                    state.CopyTo(Boundary(kept, pass, s, d, chunk));
                    IrregularChannelScan.Forward(
                        System(pass, d), Intervals(pass, d)[rows], input[values], state, output[values], reverse: d == 1);
                }
            }
        }
        if (!pass.State.IsEmpty)
            state.CopyTo(pass.State);
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        for (int d = 0; d < _directions && pass.IsPiece; d++)
            IrregularChannelScan.Begin(
                System(pass, d), Intervals(pass, d), outputGradient, End(pass.Scratch, d), Product(pass.Scratch, d), reverse: d == 1);
    }

    public override void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => Carry(scratch, scratchBefore, reverse);

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        // y += D u
        RowKernels.AddProductSum(outputGradient, input, FeedThrough.Of(gradients.Values));
        RowKernels.AddScaled(outputGradient, FeedThrough.Of(pass.Weights.Values), inputGradient);
        Span<float> carry = State(pass.Scratch), work = pass.Scratch.Slice(EdgesSize + Width, IrregularChannelScan.Work);
        for (int d = 0; d < _directions; d++)
        {
            var sums = new IrregularChannelGradients(
                Zeta.Of(gradients.Prepared), InputVector.Of(gradients.Prepared), ReadOuts[d].Of(gradients.Prepared));
            for (int s = 0; s < pass.Sequences; s++)
            {
                if (pass.IsPiece)
                    Edge(pass.Scratch, d).CopyTo(carry);
                else
                    carry.Clear();
                for (int chunk = IrregularChannelScan.Chunks(pass.Starts[s + 1] - pass.Starts[s]) - 1; chunk >= 0; chunk--)
                {
                    var (rows, values) = Chunk(pass, s, d, chunk);
                    IrregularChannelScan.Backward(
                        System(pass, d), Intervals(pass, d)[rows], input[values], Boundary(kept, pass, s, d, chunk),
                        outputGradient[values], carry, sums, inputGradient[values], work, reverse: d == 1);
                }
            }
        }
    }

    public override void ClearEdges(int rows, Span<float> keptOrScratch) => keptOrScratch[..(_directions * Width)].Clear();

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        Debug.Assert(pass.Intervals.Length == 1, "the step has its interval");
        output.Clear();
        RowKernels.AddScaled(input, FeedThrough.Of(pass.Weights.Values), output);
        IrregularChannelScan.Forward(System(pass, 0), pass.Intervals, input, state, output, reverse: false);
    }

    // Computes the state (or the gradient) at the edge of the receiving piece from the edge, the end and the product of its neighbour.
    private void Carry(ReadOnlySpan<float> from, Span<float> to, bool reverse)
    {
        int d = reverse ? 1 : 0;
        if (d < _directions)
            IrregularScanCarry.Next(Third(from, 1, d), Third(from, 2, d), Third(from, 0, d), Edge(to, d));
    }

    private IrregularChannels System(in Pass pass, int direction)
    {
        ReadOnlySpan<float> prepared = pass.Weights.Prepared;
        return new(Discretization, InputSize, Zeta.Of(prepared), InputVector.Of(prepared), ReadOuts[direction].Of(prepared));
    }

    private static ReadOnlySpan<float> Intervals(in Pass pass, int direction) => direction == 0 ? pass.Intervals : pass.IntervalsBehind;

    // The rows of a chunk and their values. Chunks are counted from where the scan begins.
    private (Range Rows, Range Values) Chunk(in Pass pass, int sequence, int direction, int chunk)
    {
        const int Rows = IrregularChannelScan.ChunkRows;
        int start = pass.Starts[sequence], end = pass.Starts[sequence + 1];
        int first = direction == 0 ? start + chunk * Rows : Math.Max(start, end - (chunk + 1) * Rows),
            last = direction == 0 ? Math.Min(end, first + Rows) : end - chunk * Rows;
        return (first..last, (first * InputSize)..(last * InputSize));
    }

    private static long Boundaries(long rows, long sequences) => rows / IrregularChannelScan.ChunkRows + sequences;

    // The state before a chunk. Every sequence has room for all its chunks.
    private int BoundaryOf(in Pass pass, int sequence, int direction, int chunk)
        => EdgesSize + Width * (
            direction * (int)Boundaries(pass.Rows, pass.Sequences)
            + pass.Starts[sequence] / IrregularChannelScan.ChunkRows + sequence + chunk);

    private Span<float> Boundary(Span<float> kept, in Pass pass, int sequence, int direction, int chunk)
        => kept.Slice(BoundaryOf(pass, sequence, direction, chunk), Width);

    private ReadOnlySpan<float> Boundary(ReadOnlySpan<float> kept, in Pass pass, int sequence, int direction, int chunk)
        => kept.Slice(BoundaryOf(pass, sequence, direction, chunk), Width);

    // Kept and scratch memory both begin with three vectors of states for each direction. The edge is what the neighbouring piece handed
    // over. The end is what this piece would hand on if nothing had come in. The product is the factor of what came in, in what is handed
    // on.
    private int EdgesSize => 3 * _directions * Width;

    private Span<float> Edge(Span<float> memory, int direction) => memory.Slice(direction * Width, Width);

    private Span<float> End(Span<float> memory, int direction) => memory.Slice((_directions + direction) * Width, Width);

    private Span<float> Product(Span<float> memory, int direction) => memory.Slice((2 * _directions + direction) * Width, Width);

    private ReadOnlySpan<float> Third(ReadOnlySpan<float> memory, int which, int direction)
        => memory.Slice((which * _directions + direction) * Width, Width);

    private Span<float> State(Span<float> scratch) => scratch.Slice(EdgesSize, Width);

    private Complex Lambda(ReadOnlySpan<float> values, int channel, int state)
    {
        var lambda = Parameters.Lambda(values, channel, state);
        return new(Math.Min(lambda.Real, -SlowestRate), lambda.Imaginary);
    }

    private Complex At(ReadOnlySpan<float> planes, int channel, int state)
        => new(planes[state * InputSize + channel], planes[(_states + state) * InputSize + channel]);

    private void Put(Span<float> planes, int channel, int state, Complex value)
        => (planes[state * InputSize + channel], planes[(_states + state) * InputSize + channel]) =
            ((float)value.Real, (float)value.Imaginary);
}
