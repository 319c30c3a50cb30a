namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// A layer that mixes time steps. A long sequence may be cut into pieces that are worked on side by side (<see cref="Pass.IsPiece"/>): every piece enters from a
/// zero state; the pieces are then linked, one after the other, in the order of time and, for a two-way core, against it; then every piece leaves with what it
/// lacked. Backward takes the same three turns. Whole sequences enter and leave in one go.
/// </summary>
internal abstract class Core : Layer
{
    public abstract void ForwardEnter(in Pass pass, ReadOnlySpan<float> input, Span<float> kept);

    /// <summary>Hands the state behind a piece on to the piece that follows in time (<paramref name="reverse"/>: that comes before), of which only the edge is written.</summary>
    public abstract void ForwardLink(in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse);

    public abstract void ForwardLeave(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept);

    public abstract void BackwardEnter(in Pass pass, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, in Gradients gradients);

    /// <summary>Hands the gradient of a piece's first row on to the piece before it in the scan; both keep theirs in the scratch memory of their pass.</summary>
    public abstract void BackwardLink(in Weights weights, int rows, ReadOnlySpan<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse);

    /// <summary>The scratch memory must be as <see cref="BackwardEnter"/> and the links left it.</summary>
    public abstract void BackwardLeave(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients);

    /// <summary>Says that nothing comes before the piece with that memory, or behind it.</summary>
    public abstract void ClearEdges(int rows, Span<float> keptOrScratch);

    public sealed override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        ForwardEnter(pass, input, kept);
        ForwardLeave(pass, input, output, kept);
    }

    public sealed override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        BackwardEnter(pass, kept, outputGradient, gradients);
        BackwardLeave(pass, input, kept, outputGradient, inputGradient, gradients);
    }
}
