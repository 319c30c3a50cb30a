namespace Microsoft.ML.StateSpace.Layers;

/// <summary>The flat parameter buffer and the flat buffer of prepared values.</summary>
internal readonly ref struct Weights(Span<float> values, Span<float> prepared)
{
    public ReadOnlySpan<float> Values { get; } = values;

    public Span<float> Prepared { get; } = prepared;
}

/// <summary>Gradients laid out as <see cref="Weights"/>.</summary>
internal readonly ref struct Gradients(Span<float> values, Span<float> prepared)
{
    public Span<float> Values { get; } = values;

    public Span<float> Prepared { get; } = prepared;
}

/// <summary>What one pass over some sequences shares among all layers.</summary>
internal readonly ref struct Pass
{
    /// <summary>Parameters and prepared values.</summary>
    public required Weights Weights { get; init; }

    /// <summary>First row of each sequence, then the number of rows: (sequences + 1).</summary>
    public required ReadOnlySpan<int> Starts { get; init; }

    /// <summary>Memory that keeps nothing between two calls.</summary>
    public required Span<float> Scratch { get; init; }

    /// <summary>Key of this step's random masks; 0 when not training: nothing is dropped.</summary>
    public ulong DropoutKey { get; init; }

    /// <summary>Place of the first of these sequences in the whole batch, so that masks do not depend on how the batch is cut.</summary>
    public int FirstSequence { get; init; }

    /// <summary>Whether the one sequence of this pass is a piece of a longer one.</summary>
    public bool IsPiece { get; init; }

    /// <summary>The time from the step before to each row, in units of the reference sampling time, (rows); empty where time steps are equally far apart.</summary>
    public ReadOnlySpan<float> Intervals { get; init; }

    /// <summary>The time from each row to the step behind it, 1 where there is none, (rows): what a scan against time takes.</summary>
    public ReadOnlySpan<float> IntervalsBehind { get; init; }

    /// <summary>This pass with other scratch memory.</summary>
    public Pass With(Span<float> scratch) => new()
    {
        Weights = Weights, Starts = Starts, Scratch = scratch, DropoutKey = DropoutKey, FirstSequence = FirstSequence, IsPiece = IsPiece, Intervals = Intervals,
        IntervalsBehind = IntervalsBehind,
    };

    public int Sequences => Starts.Length - 1;

    public int Rows => Starts[^1];
}

/// <summary>Cuts consecutive pieces off a span.</summary>
internal static class SpanTake
{
    public static Span<float> Take(ref this Span<float> rest, int length)
    {
        var piece = rest[..length];
        rest = rest[length..];
        return piece;
    }

    public static ReadOnlySpan<float> Take(ref this ReadOnlySpan<float> rest, int length)
    {
        var piece = rest[..length];
        rest = rest[length..];
        return piece;
    }
}
