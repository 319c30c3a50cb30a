namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// A scan layer with one carry, and so with two phases. In the first phase every piece is scanned from a zero state (Enter). Then the
/// states are handed on from piece to piece (Carry). In the second phase every piece adds the effect of the state that it received (Leave).
/// </summary>
internal abstract class RecurrentLayer : ScanLayer
{
    public sealed override int Carries => 1;

    public abstract void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept);

    /// <summary>
    /// Hands the state after a piece to the next piece in time, or to the previous one if <paramref name="reverse"/>. Only the edge of the
    /// receiver's memory is written. A layer with <see cref="ScanLayer.CarryGroups"/> has no need of it.
    /// </summary>
    public virtual void ForwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => throw new NotSupportedException();

    public abstract void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept);

    public abstract void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients);

    /// <summary>
    /// Hands the gradient at a piece's first row to the piece that comes before it in the scan. Both pieces hold these gradients in the
    /// scratch memory of their pass. A layer with <see cref="ScanLayer.CarryGroups"/> has no need of it.
    /// </summary>
    public virtual void BackwardCarry(
        in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => throw new NotSupportedException();

    /// <summary>Completes the backward pass. The scratch memory must be as <see cref="BackwardEnter"/> and the carries left it.</summary>
    public abstract void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients);

    /// <summary>Clears the edges of the piece that owns this memory: nothing comes before it and nothing after it.</summary>
    public abstract void ClearEdges(int rows, Span<float> kept);

    /// <summary>Does the same as <see cref="ClearEdges(int, Span{float})"/> for the scratch memory of Backward.</summary>
    public virtual void ClearGradientEdges(int rows, Span<float> scratch) => ClearEdges(rows, scratch);

    public sealed override void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        if (phase == 0)
            ForwardEnter(pass, input, kept);
        else
            ForwardLeave(pass, input, output, kept);
    }

    public sealed override void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        if (phase == 1)
            BackwardEnter(pass, kept, outputGradient, gradients);
        else
            BackwardLeave(pass, input, kept, outputGradient, inputGradient, gradients);
    }

    public sealed override void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse)
        => ForwardCarry(weights, rows, kept, rowsBehind, keptBehind, reverse);

    public sealed override void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => BackwardCarry(weights, rows, scratch, rowsBefore, scratchBefore, reverse);

    public sealed override void ClearEdges(int carry, int rows, Span<float> kept) => ClearEdges(rows, kept);

    public sealed override void ClearGradientEdges(int carry, int rows, Span<float> scratch) => ClearGradientEdges(rows, scratch);
}
