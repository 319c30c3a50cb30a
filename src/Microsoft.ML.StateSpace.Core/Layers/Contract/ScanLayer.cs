namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// A layer in which time steps meet. A long sequence may be cut into pieces that are worked on side by side (<see cref="Pass.IsPiece"/>). The work then falls into
/// <see cref="Carries"/> + 1 parts: all pieces do a phase; then what one piece must know of its neighbour is handed on, piece by piece, in the order of time and,
/// for a two-way layer, against it; then comes the next phase. Backward takes the parts in turn from the last to the first.
/// A piece begins at a multiple of 64 time steps of its sequence.
/// Whole sequences do all parts in one go, and nothing is linked.
/// </summary>
internal abstract class ScanLayer : Layer
{
    /// <summary>How often pieces must be linked.</summary>
    public abstract int Carries { get; }

    /// <summary>Whether it can work on pieces at all.</summary>
    public virtual bool CanBeCut => true;

    /// <summary>One phase of Forward; the last assigns the output.</summary>
    public abstract void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept);

    /// <summary>Says, before carry <paramref name="carry"/>, that nothing comes before the piece with that memory, nor behind it.</summary>
    public abstract void ClearEdges(int carry, int rows, Span<float> kept);

    /// <summary>Hands on, between phase <paramref name="carry"/> and the next, what the piece that follows in time (<paramref name="reverse"/>: that comes before)
    /// must know; only the edge of its memory is written.</summary>
    public abstract void ForwardCarry(int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse);

    /// <summary>One phase of Backward; the parts come from the last, <see cref="Carries"/>, down to 0. The scratch memory is as the phase before and the carry left it.</summary>
    public abstract void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients);

    /// <summary>As <see cref="ClearEdges"/>, of the scratch memory of Backward.</summary>
    public abstract void ClearGradientEdges(int carry, int rows, Span<float> scratch);

    /// <summary>Hands on, between phase <paramref name="carry"/> + 1 and phase <paramref name="carry"/>, the gradient that the piece before must know.</summary>
    public abstract void BackwardCarry(int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse);

    public sealed override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        for (int phase = 0; phase <= Carries; phase++)
            ForwardPhase(phase, pass, input, output, kept);
    }

    public sealed override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        for (int phase = Carries; phase >= 0; phase--)
            BackwardPhase(phase, pass, input, kept, outputGradient, inputGradient, gradients);
    }
}
