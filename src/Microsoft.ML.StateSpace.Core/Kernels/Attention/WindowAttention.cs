namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Attention of a block of rows to the keys and values of a window, with several heads of queries and one head of keys and values
/// (multi-query): for row t and head h <c>o_th = sum_j softmax_j((R_t q_th)(R_j k_j) / sqrt(head size)) v_j</c> over the rows j from
/// t - window + 1 to t, where R_t turns by the position (<see cref="RotaryPhases"/>). The queries of a row lie side by side, (rows, heads,
/// head size), so that all heads of a block are one matrix, and each product below is one of matrices.
/// A block has up to <see cref="Rows"/> rows, and its keys and values are those of the rows before it, up to window - 1, and its own.
/// Backward computes the probabilities anew, so nothing of a block is kept but queries, keys and values.
/// </summary>
internal sealed class WindowAttention(int heads, int headSize, int window)
{
    /// <summary>Rows of a block.</summary>
    public const int Rows = 32;

    private readonly float _scale = (float)(1 / Math.Sqrt(headSize));

    public RotaryPhases Phases { get; } = new(headSize, window - 1, Rows);

    /// <summary>Floats of scratch memory of any method here, where a block has up to that many rows.</summary>
    public long ScratchSize(long rows)
    {
        long block = Math.Min(rows, Rows), keys = window - 1 + block;
        return block * heads * headSize + 2 * keys * headSize + 2 * block * heads * keys;
    }

    /// <summary>One block forward.</summary>
    /// <param name="before">Rows before the block that take part, up to window - 1.</param>
    /// <param name="queries">(rows, heads, head size).</param>
    /// <param name="keys">(before + rows, head size).</param>
    /// <param name="values">(before + rows, head size).</param>
    /// <param name="areFinite">Whether all values are finite.</param>
    /// <param name="output">(rows, heads, head size); assigned.</param>
    /// <param name="scratch">Working memory.</param>
    public void Forward(
        int before, ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, bool areFinite, Span<float> output,
        Span<float> scratch)
    {
        int count = keys.Length / headSize, rows = count - before;
        var memory = new Memory(scratch, queries.Length, keys.Length, rows * heads * count);
        Weigh(before, queries, keys, memory);
        var p = memory.Probabilities;
        // o = p v
        if (areFinite)
        {
            Gemm.Multiply(rows * heads, headSize, count, p, count, false, values, headSize, false, output, headSize, accumulate: false);
            return;
        }
        // What a row does not see has the probability 0, but 0 times NaN or infinity is NaN. So every row takes its own keys alone.
        for (int row = 0; row < rows; row++)
        {
            var (from, to) = WindowSoftmax.Seen(row, before, window);
            Gemm.Multiply(
                heads, headSize, to - from, p[(row * heads * count + from)..], count, false, values[(from * headSize)..], headSize, false,
                output[(row * heads * headSize)..], headSize, accumulate: false);
        }
    }

    /// <summary>One block backward: adds to the gradients of queries, keys and values.</summary>
    public void Backward(
        int before, ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, ReadOnlySpan<float> outputGradient,
        Span<float> dqueries, Span<float> dkeys, Span<float> dvalues, Span<float> scratch)
    {
        int count = keys.Length / headSize, rows = count - before, all = rows * heads;
        var memory = new Memory(scratch, queries.Length, keys.Length, all * count);
        Weigh(before, queries, keys, memory);
        Span<float> q = memory.Queries, k = memory.Keys, p = memory.Probabilities, ds = memory.Scores, dk = memory.KeyGradients;
        // o = p v
        Gemm.Multiply(count, headSize, all, p, count, true, outputGradient, headSize, false, dvalues, headSize, accumulate: true);
        Gemm.Multiply(all, count, headSize, outputGradient, headSize, false, values, headSize, true, ds, count, accumulate: false);
        // p = softmax(scale s)
        WindowSoftmax.Backward(p, ds, count, _scale);
        // s = (R q) (R k)^T
        Gemm.Multiply(count, headSize, all, ds, count, true, q, headSize, false, dk, headSize, accumulate: false);
        var dq = q; // the turned queries are not needed any more
        Gemm.Multiply(all, headSize, count, ds, count, false, k, headSize, false, dq, headSize, accumulate: false);
        Phases.TurnBack(dq, heads, 0, dqueries);
        Phases.TurnBack(dk, 1, -before, dkeys);
    }

    /// <summary>One row, whose keys and values stand in rings of window places.</summary>
    /// <param name="place">The place of the row itself; the rows before it stand before it, and beyond the start from the end on.</param>
    /// <param name="seen">Rows in the rings.</param>
    /// <param name="query">(heads, head size).</param>
    /// <param name="keys">(window, head size).</param>
    /// <param name="values">(window, head size).</param>
    /// <param name="output">(heads, head size); assigned.</param>
    /// <param name="scratch">Working memory.</param>
    public void Step(
        int place, int seen, ReadOnlySpan<float> query, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, Span<float> output,
        Span<float> scratch)
    {
        Span<float> k = scratch[..(seen * headSize)], p = scratch.Slice(seen * headSize, heads * seen);
        int newer = (place + 1) * headSize;
        Phases.Turn(keys[..newer], 1, -place, k);
        if (seen > place + 1)
            Phases.Turn(keys[newer..(seen * headSize)], 1, 1 - window, k[newer..]);
        for (int head = 0; head < heads; head++)
            MatrixVector.Multiply(k, query.Slice(head * headSize, headSize), default, p.Slice(head * seen, seen));
        WindowSoftmax.Forward(p, 1, heads, seen - 1, window, _scale);
        Gemm.Multiply(heads, headSize, seen, p, seen, false, values, headSize, false, output, headSize, accumulate: false);
    }

    // The turned queries and keys, and the probabilities.
    private void Weigh(int before, ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, in Memory memory)
    {
        int count = keys.Length / headSize, rows = count - before;
        Phases.Turn(queries, heads, 0, memory.Queries);
        Phases.Turn(keys, 1, -before, memory.Keys);
        Gemm.Multiply(
            rows * heads, count, headSize, memory.Queries, headSize, false, memory.Keys, headSize, true,
            memory.Probabilities, count, accumulate: false);
        WindowSoftmax.Forward(memory.Probabilities, rows, heads, before, window, _scale);
    }

    /// <summary>What a block computes, in scratch memory. Forward does not need the last two.</summary>
    private readonly ref struct Memory
    {
        public Memory(Span<float> scratch, int queries, int keys, int scores)
        {
            Queries = scratch[..queries];
            Keys = scratch.Slice(queries, keys);
            Probabilities = scratch.Slice(queries + keys, scores);
            Scores = scratch.Slice(queries + keys + scores, scores);
            KeyGradients = scratch.Slice(queries + keys + 2 * scores, keys);
        }

        public Span<float> Queries { get; }

        public Span<float> Keys { get; }

        public Span<float> Probabilities { get; }

        public Span<float> Scores { get; }

        public Span<float> KeyGradients { get; }
    }
}
