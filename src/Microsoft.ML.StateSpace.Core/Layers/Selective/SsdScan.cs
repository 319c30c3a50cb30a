using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Mamba-2's state space duality: a selective recurrence with one scalar decay a head. With <c>Delta_t = softplus(dt_t + DtBias)</c> and
/// <c>a_t = exp(-Delta_t exp(ALog))</c> it is <c>h_t = a_t h_{t-1} + Delta_t x_t B_t^T</c>, <c>y_t = h_t C_t + D x_t</c>, where h is (P, N)
/// in each head and all heads share B_t and C_t (N).
/// Source: Dao, Gu, "Transformers are SSMs", ICML 2024, arXiv:2405.21060, section 6: within a chunk the rows meet in matrix products, and
/// the chunks meet through their states.
/// Shapes: (rows, D + 2 N + heads) to (rows, D), where an input row holds x, B, C and dt; parameters ALog, DtBias, D (heads).
/// Cost: with chunks of Q rows, 2 (Q D + Q N + 2 D N) flops a row. Kept: steps, decays, and the state before each chunk.
/// Departs from the code in that there is one group of B and C. A NaN also reaches the rows before it, as far as they are in its chunk.
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
    private readonly Slot _rates; // -exp(ALog) / ln 2

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
        _rates = layout.AddPrepared(Heads);
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

    public override long ScratchSize(long rows, long sequences) => Scratch.Work.Offset + _work.Length;

    public override void Prepare(in Weights weights)
    {
        var aLog = ALog.Of(weights.Values);
        var rates = _rates.Of(weights.Prepared);
        for (int head = 0; head < Heads; head++)
            rates[head] = (float)(-Math.Min(Math.Exp(aLog[head]), FastestRate) / Math.Log(2));
    }

    public override int Carries => 1;

    public override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        if (phase == 0)
            PassStates(pass, input, kept);
        else
            Assemble(pass, input, output, kept);
    }

    // Computes the state before every chunk; for a piece, as if nothing came before it.
    private void PassStates(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        var slots = Kept(pass.Rows, pass.Sequences);
        var work = Scratch.Work.Of(pass.Scratch);
        var product = slots.Product.Of(kept);
        product.Fill(1);
        int chunk = 0;
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], end = pass.Starts[s + 1];
            for (int row = start; row < end; row += Chunk, chunk++)
            {
                int rows = Math.Min(Chunk, end - row);
                bool isLast = row + rows == end;
                var x = RowsOf(input, row, rows, InputSize);
                Span<float> step = Factors(slots.Steps, chunk).Of(kept), decay = Factors(slots.Decays, chunk).Of(kept),
                    h = State(slots, chunk).Of(kept);
                if (row == start && pass.Continues)
                    pass.State.CopyTo(h);
                else if (row == start)
                    h.Clear();
                _work.Steps(
                    rows, x, Intervals(pass, row, rows), DtBias.Of(pass.Weights.Values), _rates.Of(pass.Weights.Prepared), step, decay);
                if (isLast && !pass.IsPiece && pass.State.IsEmpty)
                    continue;
                _work.Products(rows, step, decay, work);
                _work.Advance(
                    rows, x, h, !isLast ? State(slots, chunk + 1).Of(kept) : pass.IsPiece ? slots.End.Of(kept) : pass.State, work);
                for (int head = 0; head < Heads; head++)
                    product[head] *= _work.All(work)[head];
            }
        }
    }

    private void Assemble(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var slots = Kept(pass.Rows, pass.Sequences);
        var work = Scratch.Work.Of(pass.Scratch);
        // The response to the state before a piece, which the states of its chunks still lack.
        Span<float> response = Scratch.State.Of(pass.Scratch);
        if (pass.IsPiece)
            slots.Before.Of(kept).CopyTo(response);
        int chunk = 0;
        for (int s = 0; s < pass.Sequences; s++)
        {
            for (int row = pass.Starts[s]; row < pass.Starts[s + 1]; row += Chunk, chunk++)
            {
                int rows = Math.Min(Chunk, pass.Starts[s + 1] - row);
                var h = State(slots, chunk).Of(kept);
                ReadOnlySpan<float> step = Factors(slots.Steps, chunk).Of(kept), decay = Factors(slots.Decays, chunk).Of(kept);
                _work.Products(rows, step, decay, work);
                if (pass.IsPiece)
                {
                    Activations.Add(response, h);
                    _work.ScaleState(_work.All(work), response, response, work);
                }
                _work.Output(
                    rows, RowsOf(input, row, rows, InputSize), step, decay, h,
                    FeedThrough.Of(pass.Weights.Values), RowsOf(output, row, rows, OutputSize), work);
            }
        }
    }

    public override void ClearEdges(int carry, int rows, Span<float> kept) => kept[..StateSize].Clear();

    public override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        var slots = Kept(rows, 1);
        if (!reverse)
            Respond(slots.End.Of(kept), slots.Product.Of(kept), kept[..StateSize], keptBehind[..StateSize]);
    }

    public override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        if (phase == 0)
            Disassemble(pass, input, kept, outputGradient, inputGradient, gradients);
        else if (pass.IsPiece)
            PassStatesBackward(pass, input, kept, outputGradient);
    }

    // Computes the gradient of the state before a piece, as if nothing came after the piece.
    private void PassStatesBackward(in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient)
    {
        var slots = Kept(pass.Rows, pass.Sequences);
        Span<float> work = Scratch.Work.Of(pass.Scratch), front = Scratch.Front.Of(pass.Scratch);
        slots.Product.Of(kept).CopyTo(Scratch.Product.Of(pass.Scratch));
        front.Clear();
        for (int chunk = (pass.Rows - 1) / Chunk; chunk >= 0; chunk--)
        {
            int row = chunk * Chunk, rows = Math.Min(Chunk, pass.Rows - row);
            _work.Products(rows, Factors(slots.Steps, chunk).Of(kept), Factors(slots.Decays, chunk).Of(kept), work);
            _work.AdvanceBackward(rows, RowsOf(input, row, rows, InputSize), RowsOf(outputGradient, row, rows, OutputSize), front, work);
        }
    }

    private void Disassemble(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var slots = Kept(pass.Rows, pass.Sequences);
        Span<float> work = Scratch.Work.Of(pass.Scratch), dh = Scratch.State.Of(pass.Scratch);
        var parameters = new SsdParameters(_rates.Of(pass.Weights.Prepared), FeedThrough.Of(pass.Weights.Values));
        var sums = new SsdGradients(ALog.Of(gradients.Values), DtBias.Of(gradients.Values), FeedThrough.Of(gradients.Values));
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
                ReadOnlySpan<float> step = Factors(slots.Steps, before + c).Of(kept), decay = Factors(slots.Decays, before + c).Of(kept);
                _work.Products(rows, step, decay, work);
                _work.Backward(
                    rows, RowsOf(input, row, rows, InputSize), Intervals(pass, row, rows), step, decay,
                    State(slots, before + c).Of(kept), parameters, RowsOf(outputGradient, row, rows, OutputSize),
                    RowsOf(inputGradient, row, rows, InputSize), sums, dh, work);
            }
            before += chunks;
        }
    }

    public override void ClearGradientEdges(int carry, int rows, Span<float> scratch) => scratch[..StateSize].Clear();

    public override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        if (!reverse)
            Respond(Scratch.Front.Of(scratch), Scratch.Product.Of(scratch), scratch[..StateSize], scratchBefore[..StateSize]);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        ReadOnlySpan<float> values = pass.Weights.Values, rates = _rates.Of(pass.Weights.Prepared), dtBias = DtBias.Of(values),
            feedThrough = FeedThrough.Of(values);
        var scratch = pass.Scratch;
        Span<float> decay = scratch.Take(OutputSize), u = scratch.Take(OutputSize), factors = scratch.Take(Heads * Chunk);
        for (int head = 0; head < Heads; head++)
        {
            var own = factors.Slice(head * Chunk, 2);
            own[0] = input[OutputSize + 2 * States + head] + dtBias[head];
            SsdChunk.Steps(own[..1], Intervals(pass, 0, 1), rates[head], own[..1], own[1..]);
            decay.Slice(head * _width, _width).Fill(own[1]);
        }
        HeadKernels.Scale(1, Heads, _width, input, InputSize, factors, u, OutputSize);
        SsdStep.Run(decay, u, input.Slice(OutputSize, States), input.Slice(OutputSize + States, States), state, output);
        for (int head = 0; head < Heads; head++)
            factors[head * Chunk] = feedThrough[head];
        HeadKernels.AddScaled(1, Heads, _width, input, InputSize, factors, output, OutputSize);
    }

    // next = end + product * before, (N, heads, P)
    private void Respond(ReadOnlySpan<float> end, ReadOnlySpan<float> product, ReadOnlySpan<float> before, Span<float> next)
    {
        for (int i = 0; i < next.Length; i++)
            next[i] = end[i] + product[i % OutputSize / _width] * before[i];
    }

    // The intervals of some rows; empty where time steps are equally far apart.
    private ReadOnlySpan<float> Intervals(in Pass pass, int row, int rows) => HasIntervals ? pass.Intervals.Slice(row, rows) : default;

    private static ReadOnlySpan<float> RowsOf(ReadOnlySpan<float> all, int row, int rows, int size) => all.Slice(row * size, rows * size);

    private static Span<float> RowsOf(Span<float> all, int row, int rows, int size) => all.Slice(row * size, rows * size);

    private readonly record struct KeptSlots(Slot Before, Slot End, Slot Product, Slot Steps, Slot Decays, Slot States);

    // For a piece: the state before it, the state after it, and the product of its decays. For every chunk: steps and decays, (heads, Q),
    // and the state before it.
    private KeptSlots Kept(long rows, long sequences)
    {
        long chunks = rows / Chunk + sequences;
        Slot before = new(0, StateSize), end = before.Next(StateSize), product = end.Next(Heads),
            steps = product.Next(chunks * Heads * Chunk), decays = steps.Next(steps.Length);
        return new(before, end, product, steps, decays, decays.Next(chunks * StateSize));
    }

    private readonly record struct ScratchSlots(Slot Behind, Slot Front, Slot Product, Slot State, Slot Work);

    // For a piece: the gradient of the state after it, the gradient of the state before it, and the product of its decays. Then a state, or
    // its gradient, on its way from chunk to chunk, and the working memory for a chunk.
    private ScratchSlots Scratch
    {
        get
        {
            Slot behind = new(0, StateSize), front = behind.Next(StateSize), product = front.Next(Heads), state = product.Next(StateSize);
            return new(behind, front, product, state, state.Next(_work.Length));
        }
    }

    private Slot Factors(Slot all, int chunk) => new(all.Offset + chunk * Heads * Chunk, Heads * Chunk);

    private Slot State(in KeptSlots slots, int chunk) => new(slots.States.Offset + chunk * StateSize, StateSize);
}
