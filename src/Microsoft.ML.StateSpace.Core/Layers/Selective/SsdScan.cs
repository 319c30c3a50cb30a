using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Mamba-2's state space duality: a selective recurrence with one scalar decay a head. With <c>Delta_t = softplus(dt_t + DtBias)</c> and
/// <c>a_t = exp(-Delta_t exp(ALog))</c> it is <c>h_t = a_t h_{t-1} + Delta_t x_t B_t^T</c>, <c>y_t = h_t C_t + D x_t</c>, where h is (P, N)
/// in each head and all heads share B_t and C_t (N).
/// Source: Dao, Gu, "Transformers are SSMs", ICML 2024, arXiv:2405.21060. Of its two dual forms this is the recurrence: where lanes lie
/// across channels it takes no more operations than the matrix products of section 6.
/// Shapes: (rows, D + 2 N + heads) to (rows, D), where an input row holds x, B, C and dt; parameters ALog, DtBias, D (heads).
/// Cost: 6 D N flops a row, backward 16 D N. Kept: steps, decays, and the state before each chunk of Q rows.
/// Departs from the code in that there is one group of B and C.
/// Where time steps come with intervals, each Delta_t is multiplied by the interval of its row.
/// </summary>
internal sealed class SsdScan : ScanLayer
{
    private const int Chunk = SsdChunk.Rows;

    /// <summary>
    /// The largest exp(ALog). Beyond it everything is forgotten within a step anyway, and an infinite rate times a step of 0 would be NaN.
    /// </summary>
    public const double FastestRate = 1e30;

    private readonly int _width;
    private readonly SsdChunkWork _work;
    private readonly Slot _rates; // -exp(ALog) / ln 2, repeated for every row of a chunk: (Q, heads)

    public int Heads { get; }

    /// <summary>Whether every row has an interval, which multiplies its step size.</summary>
    public bool HasIntervals { get; }

    public int States { get; }

    public Parameter ALog { get; }

    public Parameter DtBias { get; }

    public Parameter FeedThrough { get; }

    public SsdScan(ParameterLayout layout, SsdOptions options, int size, int states, bool hasIntervals = false)
    {
        (OutputSize, States, _width, Heads, HasIntervals) = (size, states, options.HeadSize, HeadsOf(options, size), hasIntervals);
        _work = new SsdChunkWork(Heads, _width, states);
        ALog = layout.Add("ALog", [Heads], ParameterGroup.StateSpace, (values, random) =>
        {
            foreach (ref float value in values)
                value = (float)Math.Log(1 + 15 * random.NextDouble());
        });
        // softplus(bias) is the step size. The inverse of softplus is y + log(1 - exp(-y)).
        var logStep = Initialize.LogSteps(options.StepSizes, options.StepSizeMinimum, options.StepSizeMaximum);
        DtBias = layout.Add("DtBias", [Heads], ParameterGroup.StateSpace, (values, random) =>
        {
            logStep(values, random);
            foreach (ref float value in values)
            {
                double step = Math.Max(Math.Exp(value), 1e-4);
                value = (float)(step + Math.Log(-ComplexFunctions.Expm1(-step)));
            }
        });
        FeedThrough = layout.Add("D", [Heads], ParameterGroup.Plain, Initialize.Constant(1));
        _rates = layout.AddPrepared(Chunk * Heads);
    }

    /// <summary>The number of heads that so many channels make.</summary>
    public static int HeadsOf(SsdOptions options, int size)
        => size % options.HeadSize == 0 ? size / options.HeadSize : throw new ArgumentOutOfRangeException(
            nameof(options.HeadSize), options.HeadSize,
            $"HeadSize must divide the channels of the core: {size} channels cannot be split into heads of {options.HeadSize}.");

    public override int InputSize => OutputSize + 2 * States + Heads;

    public override int OutputSize { get; }

    // h, (N, D)
    public override int StateSize => States * OutputSize;

    public override long KeptSize(long rows, long sequences)
    {
        var states = Kept(rows, sequences).States;
        return states.Offset + states.Length;
    }

    public override long ScratchSize(long rows, long sequences) => Math.Max(Scratch.Work.Offset + _work.Length, 3 * OutputSize + 3 * Heads);

    public override void Prepare(in Weights weights)
    {
        var aLog = ALog.Of(weights.Values);
        var rates = _rates.Of(weights.Prepared);
        for (int head = 0; head < Heads; head++)
            rates[head] = (float)(-Math.Min(Math.Exp(aLog[head]), FastestRate) / Math.Log(2));
        for (int t = 1; t < Chunk; t++)
            rates[..Heads].CopyTo(rates[(t * Heads)..]);
    }

    public override int Carries => 1;

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        if (phase == 1)
            Scan(pass, input, output, kept);
        else if (pass.IsPiece)
            PassState(pass, input, kept);
    }

    // Computes the state after a piece, as if nothing came before it.
    private void PassState(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        var slots = Kept(pass.Rows, pass.Sequences);
        var work = SsdChunkWork.Begin(Scratch.Work.Of(pass.Scratch));
        Span<float> product = slots.Product.Of(kept), h = slots.End.Of(kept);
        product.Fill(1);
        h.Clear();
        for (int row = 0, chunk = 0; row < pass.Rows; row += Chunk, chunk++)
        {
            int rows = Math.Min(Chunk, pass.Rows - row);
            var x = RowsOf(input, row, rows, InputSize);
            Span<float> step = Factors(slots.Steps, chunk).Of(kept), decay = Factors(slots.Decays, chunk).Of(kept);
            Steps(pass, row, rows, x, step, decay, work);
            Prefetch.Lines(RowsOf(input, row + rows, Math.Min(Chunk, pass.Rows - row - rows), InputSize));
            _work.Advance(rows, x, step, decay, h, product, work);
        }
    }

    private void Scan(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var slots = Kept(pass.Rows, pass.Sequences);
        var work = SsdChunkWork.Begin(Scratch.Work.Of(pass.Scratch));
        int chunk = 0;
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], end = pass.Starts[s + 1];
            for (int row = start; row < end; row += Chunk, chunk++)
            {
                int rows = Math.Min(Chunk, end - row);
                var x = RowsOf(input, row, rows, InputSize);
                Span<float> step = Factors(slots.Steps, chunk).Of(kept), decay = Factors(slots.Decays, chunk).Of(kept),
                    before = State(slots, chunk).Of(kept), after = row + rows < end ? State(slots, chunk + 1).Of(kept) : slots.End.Of(kept);
                if (row == start)
                    Start(pass, slots, kept, before);
                if (!pass.IsPiece)
                    Steps(pass, row, rows, x, step, decay, work);
                Prefetch.Lines(RowsOf(input, row + rows, Math.Min(Chunk, end - row - rows), InputSize));
                _work.Scan(
                    rows, x, step, decay, FeedThrough.Of(pass.Weights.Values), before, after, RowsOf(output, row, rows, OutputSize), work);
            }
        }
        if (!pass.State.IsEmpty)
            SsdPack.Unpack(slots.End.Of(kept), SsdChunk.States(States), States, OutputSize, pass.State, OutputSize);
    }

    // The state before the first row of a sequence.
    private void Start(in Pass pass, in KeptSlots slots, ReadOnlySpan<float> kept, Span<float> h)
    {
        h.Clear();
        if (pass.IsPiece)
            slots.Before.Of(kept).CopyTo(h);
        else if (pass.Continues)
            SsdPack.Pack(pass.State, OutputSize, States, OutputSize, h, SsdChunk.States(States));
    }

    private void Steps(
        in Pass pass, int row, int rows, ReadOnlySpan<float> x, Span<float> step, Span<float> decay, Span<float> work)
        => _work.Steps(
            rows, x, Intervals(pass, row, rows), DtBias.Of(pass.Weights.Values), _rates.Of(pass.Weights.Prepared), step, decay, work);

    public override void ClearEdges(int carry, int rows, Span<float> kept) => Kept(rows, 1).Before.Of(kept).Clear();

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        var slots = Kept(rows, 1);
        if (!reverse)
            Carry(slots.End.Of(kept), slots.Product.Of(kept), slots.Before.Of(kept), Kept(rowsBehind, 1).Before.Of(keptBehind));
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        if (phase == 0)
            ScanBackward(pass, input, kept, outputGradient, inputGradient, gradients);
        else if (pass.IsPiece)
            PassStateBackward(pass, input, kept, outputGradient);
    }

    // Computes the gradient of the state before a piece, as if nothing came after the piece.
    private void PassStateBackward(in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient)
    {
        var slots = Kept(pass.Rows, pass.Sequences);
        var work = SsdChunkWork.Begin(Scratch.Work.Of(pass.Scratch));
        var front = Scratch.Front.Of(pass.Scratch);
        slots.Product.Of(kept).CopyTo(Scratch.Product.Of(pass.Scratch));
        front.Clear();
        for (int chunk = (pass.Rows - 1) / Chunk; chunk >= 0; chunk--)
        {
            int row = chunk * Chunk, rows = Math.Min(Chunk, pass.Rows - row);
            if (chunk > 0)
                Prefetch.Lines(RowsOf(outputGradient, row - Chunk, Chunk, OutputSize));
            _work.AdvanceBackward(
                rows, RowsOf(input, row, rows, InputSize), Factors(slots.Decays, chunk).Of(kept),
                RowsOf(outputGradient, row, rows, OutputSize), front, work);
        }
    }

    private void ScanBackward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var slots = Kept(pass.Rows, pass.Sequences);
        var work = SsdChunkWork.Begin(Scratch.Work.Of(pass.Scratch));
        var dh = Scratch.State.Of(pass.Scratch);
        int before = 0;
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], length = pass.Starts[s + 1] - start, chunks = (length + Chunk - 1) / Chunk;
            if (pass.IsPiece)
                Scratch.Behind.Of(pass.Scratch).CopyTo(dh);
            else
                dh.Clear();
            for (int c = chunks - 1; c >= 0; c--)
            {
                int row = start + c * Chunk, rows = Math.Min(Chunk, start + length - row);
                if (c > 0)
                {
                    Prefetch.Lines(RowsOf(input, row - Chunk, Chunk, InputSize));
                    Prefetch.Lines(RowsOf(inputGradient, row - Chunk, Chunk, InputSize));
                    Prefetch.Lines(RowsOf(outputGradient, row - Chunk, Chunk, OutputSize));
                    Prefetch.Lines(State(slots, before + c - 1).Of(kept));
                }
                _work.Backward(
                    rows, RowsOf(input, row, rows, InputSize), Intervals(pass, row, rows),
                    Factors(slots.Steps, before + c).Of(kept), Factors(slots.Decays, before + c).Of(kept),
                    State(slots, before + c).Of(kept), _rates.Of(pass.Weights.Prepared), FeedThrough.Of(pass.Weights.Values),
                    RowsOf(outputGradient, row, rows, OutputSize), RowsOf(inputGradient, row, rows, InputSize), dh, work);
            }
            before += chunks;
        }
        _work.End(ALog.Of(gradients.Values), DtBias.Of(gradients.Values), FeedThrough.Of(gradients.Values), work);
    }

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch) => Scratch.Behind.Of(scratch).Clear();

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        var slots = Scratch;
        if (!reverse)
            Carry(slots.Front.Of(scratch), slots.Product.Of(scratch), slots.Behind.Of(scratch), slots.Behind.Of(scratchBefore));
    }

    // next = end + product * before
    private void Carry(ReadOnlySpan<float> end, ReadOnlySpan<float> product, ReadOnlySpan<float> before, Span<float> next)
        => SsdPack.Carry(end, product, before, SsdChunk.States(States), next);

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        ReadOnlySpan<float> values = pass.Weights.Values, rates = _rates.Of(pass.Weights.Prepared), dtBias = DtBias.Of(values),
            feedThrough = FeedThrough.Of(values), x = input[..OutputSize];
        var scratch = pass.Scratch;
        Span<float> decay = scratch.Take(OutputSize), u = scratch.Take(OutputSize), feed = scratch.Take(OutputSize),
            z = scratch.Take(Heads), step = scratch.Take(Heads), each = scratch.Take(Heads);
        for (int head = 0; head < Heads; head++)
            z[head] = input[OutputSize + 2 * States + head] + dtBias[head];
        if (HasIntervals)
            each.Fill(pass.Intervals[0]);
        SsdChunk.Steps(z, HasIntervals ? each : default, rates, step, z);
        for (int head = 0; head < Heads; head++)
        {
            int first = head * _width;
            decay.Slice(first, _width).Fill(z[head]);
            u.Slice(first, _width).Fill(step[head]);
            feed.Slice(first, _width).Fill(feedThrough[head]);
        }
        Activations.Gate(x, u, u);
        Activations.Gate(x, feed, output);
        SsdStep.Run(decay, u, input.Slice(OutputSize, States), input.Slice(OutputSize + States, States), state, output);
    }

    // The intervals of some rows; empty where time steps are equally far apart.
    private ReadOnlySpan<float> Intervals(in Pass pass, int row, int rows) => HasIntervals ? pass.Intervals.Slice(row, rows) : default;

    private static ReadOnlySpan<float> RowsOf(ReadOnlySpan<float> all, int row, int rows, int size) => all.Slice(row * size, rows * size);

    private static Span<float> RowsOf(Span<float> all, int row, int rows, int size) => all.Slice(row * size, rows * size);

    private readonly record struct KeptSlots(Slot Before, Slot End, Slot Product, Slot Steps, Slot Decays, Slot States);

    // The states before and after a piece, and the product of its decays, one for each channel. For every chunk: steps and decays,
    // (Q, heads), and the state before it.
    private KeptSlots Kept(long rows, long sequences)
    {
        long chunks = rows / Chunk + sequences;
        Slot before = new(0, _work.State), end = before.Next(_work.State), product = end.Next(_work.Channels),
            steps = product.Next(chunks * Heads * Chunk), decays = steps.Next(steps.Length);
        return new(before, end, product, steps, decays, decays.Next(chunks * _work.State));
    }

    private readonly record struct ScratchSlots(Slot Behind, Slot Front, Slot Product, Slot State, Slot Work);

    // For a piece: the gradient of the state after it, the gradient of the state before it, and the product of its decays. Then the
    // gradient of a state on its way from chunk to chunk, and the working memory for a chunk.
    private ScratchSlots Scratch
    {
        get
        {
            Slot behind = new(0, _work.State), front = behind.Next(_work.State), product = front.Next(_work.Channels),
                state = product.Next(_work.State);
            return new(behind, front, product, state, state.Next(_work.Length));
        }
    }

    private Slot Factors(Slot all, int chunk) => new(all.Offset + (long)chunk * Heads * Chunk, Heads * Chunk);

    private Slot State(in KeptSlots slots, int chunk) => new(slots.States.Offset + (long)chunk * _work.State, _work.State);
}
