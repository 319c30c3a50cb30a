using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The real-gated linear recurrent unit: <c>r_t = sigmoid(W_a x_t + b_a)</c>, <c>i_t = sigmoid(W_x x_t + b_x)</c>,
/// <c>log a_t = -8 r_t softplus(-Lambda)</c>, <c>y_t = h_t = a_t h_{t-1} + sqrt(1 - a_t^2) (i_t x_t)</c>.
/// Source: De, Smith et al. 2024, arXiv:2402.19427, section 2.4; reference code recurrentgemma.
/// Shapes: (rows, H) to (rows, H); parameters RecurrenceGate and InputGate (block-diagonal, see <see cref="BlockDiagonalLinear"/>), Lambda
/// (H).
/// Cost: 4 H^2 / heads flops a row, and some 80 a channel. Kept: both gates and h.
/// Departs from the code in the gradient where a_t approaches 1: the code clips the gradient of the square root, here it is exact.
/// </summary>
internal partial class RgLru : RecurrentLayer
{
    /// <summary>
    /// Rows that go through products, gates and scan before the next rows do. What one of them leaves for the next then stays in the
    /// second-level cache.
    /// </summary>
    protected const int Panel = 256;

    // Floats behind the state of an edge, of which the first is the flag: a line of the cache, so that no vector of what follows lies
    // across two.
    private const int Line = 16;

    private readonly RgLruFirstStep _firstStep;

    public BlockDiagonalLinear RecurrenceGate { get; }

    public BlockDiagonalLinear InputGate { get; }

    public RgLru(ParameterLayout layout, RgLruOptions options, int size)
        : this(layout, options, size, size)
    {
        if (size % options.Heads != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options.Heads), options.Heads,
                $"Heads must divide the channels of the core: {size} channels cannot be split into {options.Heads} equal blocks.");
        }
    }

    // One gate of each kind for each of the states.
    protected RgLru(ParameterLayout layout, RgLruOptions options, int size, int states)
    {
        InputSize = OutputSize = size;
        States = states;
        _firstStep = options.FirstStep;
        RecurrenceGate = layout.Scope("RecurrenceGate", () => new BlockDiagonalLinear(layout, size, options.Heads, states));
        InputGate = layout.Scope("InputGate", () => new BlockDiagonalLinear(layout, size, options.Heads, states));
        Lambda = layout.Add("Lambda", [states], ParameterGroup.StateSpace, InitialDecay(options));
        LogDecay = layout.AddPrepared(states);
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    /// <summary>Number of states, each with a decay and two gates.</summary>
    public int States { get; }

    // h, and a flag that says whether a step has been made.
    public override int StateSize => InputSize + 1;

    // The edge. For a piece: the state after it from a zero state, what its first row would add to that if it were the first of the
    // sequence, and the product of all a. Then r, i and h.
    public override long KeptSize(long rows, long sequences) => (4 + rows) * InputSize + 2 * rows * States + Line;

    // The edge. For a piece: the gradient of the state before it, and the product of all a. For a panel: what its rows hand on, and the
    // gradients of the gates' arguments. A step needs both gates.
    public override long ScratchSize(long rows, long sequences) => 6 * InputSize + 2 * Math.Min(rows, Panel) * States + Line;

    /// <summary>Whether the multiplier of the input, <c>sqrt(1 - a_t^2)</c>, is 1 in the first row of a sequence.</summary>
    public bool HasUnitFirst => _firstStep == RgLruFirstStep.UnitMultiplier;

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        if (!pass.IsPiece)
            return;
        var slots = Kept(pass.Rows);
        ReadOnlySpan<float> so = default;
        Span<float> r = slots.R.Of(kept), i = slots.I.Of(kept), handedOn = slots.HandedOn.Of(kept), other = pass.Scratch[..handedOn.Length];
        // Each panel hands on to the next, in turns here and there; the last one leaves it where the carry finds it.
        for (int first = 0, turn = (pass.Rows - 1) / Panel; first < pass.Rows; first += Panel, turn--)
        {
            int last = Math.Min(first + Panel, pass.Rows);
            Range range = Rows(first, last, InputSize), gates = Rows(first, last, States);
            OpenGates(pass.Weights, input[range], r[gates], i[gates]);
            var end = turn % 2 == 0 ? handedOn : other;
            ScanEnd(pass.Weights, r[gates], i[gates], input[range], so, end);
            so = end;
        }
    }

    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        if (reverse)
            return;
        var slots = Kept(rows);
        var behind = keptBehind[..InputSize];
        var handedOn = slots.HandedOn.Of(kept);
        handedOn[..InputSize].CopyTo(behind);
        if (kept[InputSize] != 0)
            AddProduct(handedOn[(2 * InputSize)..], kept[..InputSize], behind);
        else if (HasUnitFirst)
            Activations.Add(handedOn.Slice(InputSize, InputSize), behind);
        keptBehind[InputSize] = 1;
    }

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var slots = Kept(pass.Rows);
        Span<float> r = slots.R.Of(kept), i = slots.I.Of(kept), h = slots.H.Of(kept);
        for (int first = 0, s = 0; first < pass.Rows; first += Panel)
        {
            // Where nothing reads them again, the gates and states of all panels lie in the same place, and so stay in the cache.
            int end = Math.Min(first + Panel, pass.Rows), origin = pass.IsForwardOnly && !pass.IsPiece ? first : 0;
            var panel = Rows(first - origin, end - origin, States);
            if (!pass.IsPiece)
                OpenGates(pass.Weights, input[Rows(first, end, InputSize)], r[panel], i[panel]);
            // The rows of each sequence in the panel.
            for (int from = first, to; from < end; from = to)
            {
                while (pass.Starts[s + 1] <= from)
                    s++;
                to = Math.Min(end, pass.Starts[s + 1]);
                var before = BeforeRow(pass, s, from, kept, output);
                Range range = Rows(from, to, InputSize), own = Rows(from - origin, to - origin, InputSize),
                    gates = Rows(from - origin, to - origin, States);
                ScanForward(
                    pass.Weights, r[gates], i[gates], input[range], before, HasUnitFirst && before.IsEmpty, h[own], output[range]);
            }
        }
        if (pass.State.IsEmpty)
            return;
        output[^InputSize..].CopyTo(pass.State);
        pass.State[InputSize] = 1;
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        if (!pass.IsPiece)
            return;
        var slots = Kept(pass.Rows);
        var scratch = ScratchSlots(pass.Rows);
        ScanFront(pass.Weights, slots.R.Of(kept), outputGradient, scratch.Front.Of(pass.Scratch));
        slots.HandedOn.Of(kept)[(2 * InputSize)..].CopyTo(scratch.Product.Of(pass.Scratch));
    }

    public override void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        if (reverse)
            return;
        var slots = ScratchSlots(rows);
        var before = scratchBefore[..InputSize];
        slots.Front.Of(scratch).CopyTo(before);
        AddConjugateProduct(slots.Product.Of(scratch), scratch[..InputSize], before);
    }

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var slots = Kept(pass.Rows);
        var scratch = ScratchSlots(pass.Rows);
        ReadOnlySpan<float> r = slots.R.Of(kept), i = slots.I.Of(kept), h = slots.H.Of(kept), none = default;
        Span<float> dr = scratch.R.Of(pass.Scratch), di = scratch.I.Of(pass.Scratch), rest = pass.Scratch[scratch.Length..],
            behind = scratch.Behind.Of(pass.Scratch), front = scratch.Ahead.Of(pass.Scratch);
        for (int first = (pass.Rows - 1) / Panel * Panel, end = pass.Rows, s = pass.Sequences - 1; first >= 0; end = first, first -= Panel)
        {
            for (int to = end, from; to > first; to = from)
            {
                while (pass.Starts[s] >= to)
                    s--;
                from = Math.Max(first, pass.Starts[s]);
                var before = BeforeRow(pass, s, from, kept, h);
                Range range = Rows(from, to, InputSize), gates = Rows(from, to, States), own = Rows(from - first, to - first, States);
                ScanBackward(
                    pass.With(rest), r[gates], i[gates], input[range], h[range], before,
                    to < pass.Starts[s + 1] ? behind : pass.IsPiece ? pass.Scratch[..InputSize] : none, front,
                    HasUnitFirst && before.IsEmpty, outputGradient[range], dr[own], di[own], inputGradient[range], gradients);
                var free = behind;
                behind = front;
                front = free;
            }
            int rows = end - first;
            var panel = Rows(first, end, InputSize);
            RecurrenceGate.Backward(pass.Weights, rows, input[panel], dr[..(rows * States)], inputGradient[panel], gradients);
            InputGate.Backward(pass.Weights, rows, input[panel], di[..(rows * States)], inputGradient[panel], gradients);
        }
    }

    public override void ClearEdges(int rows, Span<float> keptOrScratch) => keptOrScratch[..(InputSize + 1)].Clear();

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var scratch = pass.Scratch;
        Span<float> r = scratch.Take(States), i = scratch.Take(States), h = state[..InputSize];
        RecurrenceGate.Step(pass, input, r, default);
        InputGate.Step(pass, input, i, default);
        Activations.Sigmoid(r, r);
        Activations.Sigmoid(i, i);
        bool isFirst = state[InputSize] == 0;
        ScanForward(pass.Weights, r, i, input, h, HasUnitFirst && isFirst, scratch.Take(InputSize), output);
        output.CopyTo(h);
        state[InputSize] = 1;
    }

    public override long StepEachScratchSize(int streams) => 2L * streams * States + InputSize;

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int streams = states.Count;
        var scratch = pass.Scratch;
        Span<float> r = scratch.Take((long)streams * States), i = scratch.Take((long)streams * States), next = scratch.Take(InputSize);
        RecurrenceGate.Forward(pass, input, r, default);
        InputGate.Forward(pass, input, i, default);
        Activations.Sigmoid(r, r);
        Activations.Sigmoid(i, i);
        for (int stream = 0; stream < streams; stream++)
        {
            Span<float> state = states.Of(stream, StateSize), h = state[..InputSize], y = output.Slice(stream * InputSize, InputSize);
            ScanForward(
                pass.Weights, r.Slice(stream * States, States), i.Slice(stream * States, States),
                input.Slice(stream * InputSize, InputSize), h, HasUnitFirst && state[InputSize] == 0, next, y);
            y.CopyTo(h);
            state[InputSize] = 1;
        }
    }

    // The state before a piece or a window; empty at the start of a sequence. A flag after the state says whether there is one.
    private ReadOnlySpan<float> Before(in Pass pass, ReadOnlySpan<float> kept)
        => pass.IsPiece && kept[InputSize] != 0 ? kept[..InputSize] : pass.Continues ? pass.State[..InputSize] : default;

    // The state before a row of a sequence; empty at the start of the sequence.
    private ReadOnlySpan<float> BeforeRow(in Pass pass, int sequence, int row, ReadOnlySpan<float> kept, ReadOnlySpan<float> h)
        => row > pass.Starts[sequence] ? h.Slice((row - 1) * InputSize, InputSize) : Before(pass, kept);

    private void OpenGates(in Weights weights, ReadOnlySpan<float> input, Span<float> r, Span<float> i)
    {
        int rows = input.Length / InputSize;
        RecurrenceGate.Multiply(weights, rows, input, r);
        SigmoidGates.Open(r, RecurrenceGate.Bias.Of(weights.Values));
        InputGate.Multiply(weights, rows, input, i);
        SigmoidGates.Open(i, InputGate.Bias.Of(weights.Values));
    }

    private static Range Rows(int from, int to, int size) => (from * size)..(to * size);

    private readonly record struct KeptSlots(Slot HandedOn, Slot R, Slot I, Slot H);

    private KeptSlots Kept(int rows)
    {
        var handedOn = new Slot(InputSize + Line, 3 * InputSize);
        Slot r = handedOn.Next(rows * States), i = r.Next(rows * States);
        return new(handedOn, r, i, i.Next(rows * InputSize));
    }

    private readonly record struct Slots(Slot Front, Slot Product, Slot Behind, Slot Ahead, Slot R, Slot I, int Length);

    private Slots ScratchSlots(int rows)
    {
        Slot front = new(InputSize + Line, InputSize), product = front.Next(InputSize), behind = product.Next(InputSize),
            ahead = behind.Next(InputSize);
        int gates = Math.Min(rows, Panel) * States;
        Slot r = ahead.Next(gates), i = r.Next(gates);
        return new(front, product, behind, ahead, r, i, (int)(i.Offset + i.Length));
    }
}
