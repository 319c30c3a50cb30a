using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Local attention with one head of keys and values (multi-query): <c>q_t = W_q x_t</c> in heads, <c>k_t = W_k x_t</c>,
/// <c>v_t = W_v x_t</c>; of each head
/// <c>y_t = sum_j p_tj v_j</c>, <c>p_t = softmax_j((R_t q_t)(R_j k_j) / sqrt(d))</c> over the rows j = t - W + 1 .. t, d = H / heads,
/// where R turns half of the channels by the position (<see cref="RotaryPhases"/>).
/// Source: De, Smith et al. 2024, arXiv:2402.19427, section 2.3; reference code recurrentgemma. The output matrix follows the layer.
/// Shapes: (rows, H) to (rows, H); parameters Query.Weight (H, H), Key.Weight and Value.Weight (d, H), without biases.
/// Cost: 2 H (H + 2 d) + 4 W H flops a row, backward 10 W H for the part that has W. Kept: q, k and v; probabilities are computed again in
/// Backward, 32 rows at a time, so memory grows with the rows, not with rows times W.
/// A piece has k and v of the W - 1 rows before it in front of its own; Backward adds to their gradients, which go to the piece before.
/// Departs from the code, where a row also sees the row W before it.
/// </summary>
internal sealed class LocalAttention : RecurrentLayer
{
    private readonly WindowAttention _attention;
    private readonly int _headSize;

    public LocalAttention(ParameterLayout layout, int size, int heads, int window)
    {
        (InputSize, Heads, Window, _headSize) = (size, heads, window, size / heads);
        _attention = new WindowAttention(heads, _headSize, window);
        Query = layout.Scope("Query", () => new Linear(layout, size, size, bias: false));
        Key = layout.Scope("Key", () => new Linear(layout, size, _headSize, bias: false));
        Value = layout.Scope("Value", () => new Linear(layout, size, _headSize, bias: false));
    }

    /// <summary>Heads of queries.</summary>
    public int Heads { get; }

    /// <summary>W, rows that a row sees, with itself.</summary>
    public int Window { get; }

    public Linear Query { get; }

    public Linear Key { get; }

    public Linear Value { get; }

    /// <summary>How queries and keys are turned.</summary>
    public RotaryPhases Phases => _attention.Phases;

    public override int InputSize { get; }

    public override int OutputSize => InputSize;

    // Number of rows so far, then the last W keys and W values, each in a ring. Above W the number stands for all that have the same rest.
    public override int StateSize => 1 + 2 * Window * _headSize;

    // Rows known before a piece or window; keys and values of the W - 1 rows before the first row and of all rows; queries.
    public override long KeptSize(long rows, long sequences)
    {
        var queries = Kept(rows).Queries;
        return queries.Offset + queries.Length;
    }

    // The gradients of keys, values and queries, where those of a piece must last from phase to phase; then the memory of a block. A step
    // needs the query and the memory of a block of one row.
    public override long ScratchSize(long rows, long sequences)
    {
        var queries = Scratch(rows).Queries;
        return queries.Offset + queries.Length + _attention.ScratchSize(rows);
    }

    // Floats of keys that neighbouring pieces share.
    private int Edge => (Window - 1) * _headSize;

    public override void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept)
    {
        var slots = Kept(pass.Rows);
        Query.Forward(pass, input, slots.Queries.Of(kept), default);
        Key.Forward(pass, input, slots.Keys.Of(kept)[Edge..], default);
        Value.Forward(pass, input, slots.Values.Of(kept)[Edge..], default);
        kept[0] = 0;
    }

    public override void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
    {
        if (reverse)
            return;
        var (from, to) = (Kept(rows), Kept(rowsBehind));
        from.Keys.Of(kept)[^Edge..].CopyTo(to.Keys.Of(keptBehind));
        from.Values.Of(kept)[^Edge..].CopyTo(to.Values.Of(keptBehind));
        keptBehind[0] = Math.Min(Window - 1, kept[0] + rows);
    }

    public override void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        var slots = Kept(pass.Rows);
        Span<float> keys = slots.Keys.Of(kept), values = slots.Values.Of(kept);
        if (pass.Continues)
            kept[0] = ReadState(pass.State, keys, values);
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], known = (int)kept[0];
            bool areFinite = Reductions.IsFinite(RowsOf(values, start - known, pass.Starts[s + 1]));
            for (int row = start; row < pass.Starts[s + 1]; row += WindowAttention.Rows)
            {
                int end = Math.Min(row + WindowAttention.Rows, pass.Starts[s + 1]), before = Math.Min(Window - 1, known + row - start);
                _attention.Forward(
                    before, slots.Queries.Of(kept)[(row * InputSize)..(end * InputSize)], RowsOf(keys, row - before, end),
                    RowsOf(values, row - before, end), areFinite, output[(row * InputSize)..(end * InputSize)], pass.Scratch);
            }
        }
        if (!pass.State.IsEmpty)
            WriteState(pass, keys, values);
    }

    public override void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients)
    {
        var slots = Kept(pass.Rows);
        var scratch = Scratch(pass.Rows);
        ReadOnlySpan<float> keys = slots.Keys.Of(kept), values = slots.Values.Of(kept);
        Span<float> dkeys = scratch.Keys.Of(pass.Scratch), dvalues = scratch.Values.Of(pass.Scratch),
            dqueries = scratch.Queries.Of(pass.Scratch), memory = pass.Scratch[(int)(scratch.Queries.Offset + scratch.Queries.Length)..];
        dkeys.Clear();
        dvalues.Clear();
        dqueries.Clear();
        for (int s = 0; s < pass.Sequences; s++)
        {
            int start = pass.Starts[s], known = (int)kept[0];
            for (int row = start; row < pass.Starts[s + 1]; row += WindowAttention.Rows)
            {
                int end = Math.Min(row + WindowAttention.Rows, pass.Starts[s + 1]), before = Math.Min(Window - 1, known + row - start);
                var all = (row * InputSize)..(end * InputSize);
                _attention.Backward(
                    before, slots.Queries.Of(kept)[all], RowsOf(keys, row - before, end), RowsOf(values, row - before, end),
                    outputGradient[all], dqueries[all], RowsOf(dkeys, row - before, end), RowsOf(dvalues, row - before, end), memory);
            }
        }
    }

    // The rows before this piece are the last rows of the piece before it, or of those before that, to which it hands them on in turn.
    public override void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
    {
        if (reverse)
            return;
        var (from, to) = (Scratch(rows), Scratch(rowsBefore));
        Activations.Add(from.Keys.Of(scratch)[..Edge], to.Keys.Of(scratchBefore)[^Edge..]);
        Activations.Add(from.Values.Of(scratch)[..Edge], to.Values.Of(scratchBefore)[^Edge..]);
    }

    public override void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var scratch = Scratch(pass.Rows);
        Query.Backward(pass, input, default, scratch.Queries.Of(pass.Scratch), inputGradient, gradients);
        Key.Backward(pass, input, default, scratch.Keys.Of(pass.Scratch)[Edge..], inputGradient, gradients);
        Value.Backward(pass, input, default, scratch.Values.Of(pass.Scratch)[Edge..], inputGradient, gradients);
    }

    public override void ClearEdges(int rows, Span<float> kept) => kept[0] = 0;

    // Each piece has added to all gradients, those of the rows before it included, before any of them is handed on.
    public override void ClearGradientEdges(int rows, Span<float> scratch)
    {
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        int place = (int)state[0] % Window;
        Span<float> keys = Keys(state), values = Values(state), scratch = pass.Scratch, query = scratch.Take(InputSize);
        Query.Step(pass, input, query, default);
        Key.Step(pass, input, keys.Slice(place * _headSize, _headSize), default);
        Value.Step(pass, input, values.Slice(place * _headSize, _headSize), default);
        state[0] = Counted((int)state[0] + 1);
        _attention.Step(place, Math.Min((int)state[0], Window), query, keys, values, output, scratch);
    }

    public override long StepEachScratchSize(int streams)
        => (long)streams * (InputSize + 2 * _headSize) + _attention.ScratchSize(1);

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        int streams = states.Count;
        var scratch = pass.Scratch;
        Span<float> queries = scratch.Take((long)streams * InputSize), newKeys = scratch.Take((long)streams * _headSize),
            newValues = scratch.Take((long)streams * _headSize);
        Query.Forward(pass, input, queries, default);
        Key.Forward(pass, input, newKeys, default);
        Value.Forward(pass, input, newValues, default);
        for (int i = 0; i < streams; i++)
        {
            var state = states.Of(i, StateSize);
            int place = (int)state[0] % Window;
            Span<float> keys = Keys(state), values = Values(state);
            newKeys.Slice(i * _headSize, _headSize).CopyTo(keys[(place * _headSize)..]);
            newValues.Slice(i * _headSize, _headSize).CopyTo(values[(place * _headSize)..]);
            state[0] = Counted((int)state[0] + 1);
            _attention.Step(
                place, Math.Min((int)state[0], Window), queries.Slice(i * InputSize, InputSize), keys, values,
                output.Slice(i * InputSize, InputSize), scratch);
        }
    }

    // Puts what the state knows in front of the rows of a window, and returns how many rows that are.
    private int ReadState(Span<float> state, Span<float> keys, Span<float> values)
    {
        int count = (int)state[0], known = Math.Min(count, Window - 1);
        for (int row = -known; row < 0; row++)
        {
            int place = (count + row) % Window;
            Keys(state).Slice(place * _headSize, _headSize).CopyTo(RowsOf(keys, row, row + 1));
            Values(state).Slice(place * _headSize, _headSize).CopyTo(RowsOf(values, row, row + 1));
        }
        return known;
    }

    private void WriteState(in Pass pass, ReadOnlySpan<float> keys, ReadOnlySpan<float> values)
    {
        if (!pass.Continues)
            pass.State[0] = 0;
        int count = (int)pass.State[0];
        for (int row = Math.Max(0, pass.Rows - Window); row < pass.Rows; row++)
        {
            int place = (count + row) % Window;
            RowsOf(keys, row, row + 1).CopyTo(Keys(pass.State)[(place * _headSize)..]);
            RowsOf(values, row, row + 1).CopyTo(Values(pass.State)[(place * _headSize)..]);
        }
        pass.State[0] = Counted(count + pass.Rows);
    }

    // A number that stays exact as a float, however long a stream is: from W on only the rest counts.
    private int Counted(int rows) => rows < 2 * Window ? rows : Window + rows % Window;

    private Span<float> Keys(Span<float> state) => state.Slice(1, Window * _headSize);

    private Span<float> Values(Span<float> state) => state.Slice(1 + Window * _headSize, Window * _headSize);

    // Rows of keys or values; those before the first row of the pass have negative numbers.
    private Span<float> RowsOf(Span<float> rows, int from, int to) => rows[(Edge + from * _headSize)..(Edge + to * _headSize)];

    private ReadOnlySpan<float> RowsOf(ReadOnlySpan<float> rows, int from, int to)
        => rows[(Edge + from * _headSize)..(Edge + to * _headSize)];

    private (Slot Keys, Slot Values, Slot Queries) Kept(long rows) => Slots(1, rows);

    private (Slot Keys, Slot Values, Slot Queries) Scratch(long rows) => Slots(0, rows);

    private (Slot Keys, Slot Values, Slot Queries) Slots(int first, long rows)
    {
        Slot keys = new(first, Edge + rows * _headSize), values = keys.Next(Edge + rows * _headSize);
        return (keys, values, values.Next(rows * InputSize));
    }
}
