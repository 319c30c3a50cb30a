namespace Microsoft.ML.StateSpace.Layers;

/// <summary>The flat parameter buffer and the flat buffer of prepared values.</summary>
internal readonly ref struct Weights(Span<float> values, Span<float> prepared)
{
    public ReadOnlySpan<float> Values { get; } = values;

    public Span<float> Prepared { get; } = prepared;
}

/// <summary>The gradients of the parameters and of the prepared values, laid out as <see cref="Weights"/>.</summary>
internal readonly ref struct Gradients(Span<float> values, Span<float> prepared)
{
    public Span<float> Values { get; } = values;

    public Span<float> Prepared { get; } = prepared;
}

/// <summary>What all layers share during one pass over some sequences.</summary>
internal readonly ref struct Pass
{
    /// <summary>Parameters and prepared values.</summary>
    public required Weights Weights { get; init; }

    /// <summary>First row of each sequence, then the number of rows: (sequences + 1).</summary>
    public required ReadOnlySpan<int> Starts { get; init; }

    /// <summary>Working memory. Its content does not survive from one call to the next, except where a method says so.</summary>
    public required Span<float> Scratch { get; init; }

    /// <summary>Key of this step's random dropout masks. It is 0 outside of training, and then nothing is dropped.</summary>
    public ulong DropoutKey { get; init; }

    /// <summary>
    /// Place of the first of these sequences in the whole batch. Dropout masks depend on this place, and so not on how the batch is cut.
    /// </summary>
    public int FirstSequence { get; init; }

    /// <summary>Ends a pass between two operations, with an output that is not to be used.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Whether no backward pass follows, so that what Forward keeps is read by nothing else.</summary>
    public bool IsForwardOnly { get; init; }

    /// <summary>Whether the one sequence of this pass is a piece of a longer one.</summary>
    public bool IsPiece { get; init; }

    /// <summary>
    /// Where one long sequence is scored window by window: the memory in which a layer leaves its state behind the last row, laid out as
    /// the state of <see cref="Operation.Step"/>. Empty otherwise.
    /// </summary>
    public Span<float> State { get; init; }

    /// <summary>Whether the rows are a window of a longer sequence.</summary>
    public bool IsWindow { get; init; }

    /// <summary>In a window, or a step: the rows that were before.</summary>
    public long Before { get; init; }

    /// <summary>Whether <see cref="State"/> holds the state before the first row, because this is not the first window.</summary>
    public bool Continues => IsWindow && Before > 0;

    /// <summary>
    /// The time from the previous step to each row, in units of the reference sampling time, (rows). Empty where time steps are equally far
    /// apart.
    /// </summary>
    public ReadOnlySpan<float> Intervals { get; init; }

    /// <summary>
    /// The time from each row to the following step, (rows); 1 where no step follows. A scan that runs from the end uses it.
    /// </summary>
    public ReadOnlySpan<float> IntervalsBehind { get; init; }

    /// <summary>What layers add up as they run backward; mostly nobody asks.</summary>
    public IPassSums? Sums { get; init; }

    /// <summary>Is shown the states of diagonal cores and their gradients in Backward; <see langword="null"/> in training.</summary>
    public IStateObserver? Observer { get; init; }

    /// <summary>The same pass with other scratch memory.</summary>
    public Pass With(Span<float> scratch) => this with { Scratch = scratch };

    /// <summary>The same pass with other scratch memory, and the state of one of the operations.</summary>
    public Pass With(Span<float> scratch, Span<float> state) => this with { Scratch = scratch, State = state };

    /// <summary>The pass over one row, of one over sequences of a row each.</summary>
    public Pass OfRow(int row)
        => this with { Starts = Starts[..2], Intervals = Intervals.IsEmpty ? default : Intervals.Slice(row, 1) };

    /// <summary>
    /// The same pass for a core whose rows are those of each sequence in reverse order, with the time that leads to each row in that order.
    /// </summary>
    public Pass FromEnd(Span<float> scratch, ReadOnlySpan<float> intervals) => new()
    {
        Weights = Weights, Starts = Starts, Scratch = scratch, DropoutKey = DropoutKey, FirstSequence = FirstSequence, IsPiece = IsPiece,
        IsForwardOnly = IsForwardOnly, Cancellation = Cancellation, Intervals = intervals, Observer = Observer,
    };

    public int Sequences => Starts.Length - 1;

    public int Rows => Starts[^1];
}

/// <summary>Takes consecutive slices off the front of a span.</summary>
internal static class SpanTake
{
    public static Span<float> Take(ref this Span<float> rest, long length)
    {
        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }

    public static ReadOnlySpan<float> Take(ref this ReadOnlySpan<float> rest, long length)
    {
        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }
}
