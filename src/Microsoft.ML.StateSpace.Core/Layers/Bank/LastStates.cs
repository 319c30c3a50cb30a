using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// What of a sequence is linear in it and ends where it ends: its last row, and the last states of filters (<see cref="FilterBank"/>), real
/// parts and imaginary parts. With poles of all memories and frequencies, a read-out of these is a linear regression on the whole window,
/// whatever its length. Filters begin in the steady state of the first row, as if it had been held before, so that a short sequence leads
/// to the states of a long one of the same level.
/// Shapes: (steps, H) to (H + 2 N); parameters Poles (2, N), InputMatrix (2, N, H); state (2, N).
/// </summary>
internal sealed class LastStates(ParameterLayout layout, int inputs, int filters, bool hasIntervals)
{
    public FilterBank Filters { get; } = new(layout, inputs, filters, hasIntervals);

    /// <summary>H + 2 N.</summary>
    public int Features => Filters.Inputs + Filters.StateSize;

    public int StateSize => Filters.StateSize;

    /// <summary>Floats of scratch for so many rows at a time, at most <see cref="FilterBank.Block"/>.</summary>
    public int ScratchSize(int rows) => (rows + 1) * Filters.StateSize + rows * Filters.Filters;

    /// <summary>The state before a sequence with that first row; intervals change nothing in it.</summary>
    public void Begin(ReadOnlySpan<float> values, ReadOnlySpan<float> row, Span<float> state)
        => Filters.Begin(values, 1, row[..Filters.Inputs], state[..StateSize]);

    /// <summary>Takes the next rows of one sequence; how it is cut into calls changes no bit.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="count">Rows, at most <see cref="FilterBank.Block"/>.</param>
    /// <param name="rows">Row r begins at r times <paramref name="stride"/>; it may be wider than H.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="intervals">The time to each row from the one before; empty where there are none.</param>
    /// <param name="state">(2, N): before the first row; then behind the last.</param>
    /// <param name="scratch">(<see cref="ScratchSize"/>).</param>
    public void Forward(
        ReadOnlySpan<float> values, int count, ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> intervals, Span<float> state,
        Span<float> scratch)
    {
        var outputs = scratch.Take(count * Filters.Filters);
        Filters.Forward(values, count, rows, stride, intervals, outputs, Filters.Filters, state, scratch);
    }

    /// <summary>The features behind a row, from the state behind it.</summary>
    public void Read(ReadOnlySpan<float> row, ReadOnlySpan<float> state, Span<float> features)
    {
        row[..Filters.Inputs].CopyTo(features);
        state[..StateSize].CopyTo(features[Filters.Inputs..]);
    }
}
