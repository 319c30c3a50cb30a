namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// An operation in which time steps meet. A long sequence may be cut into pieces that are worked on side by side
/// (<see cref="Pass.IsPiece"/>). The work then falls into <see cref="Carries"/> + 1 phases. All pieces do one phase; then a carry hands
/// each piece what it must know of its neighbour; then all pieces do the next phase. The pieces are visited in the order of time and, for a
/// bidirectional layer, also against it. Backward takes the phases in turn from the last to the first.
/// A piece begins at a multiple of 64 time steps of its sequence.
/// A whole sequence goes through all phases at once and needs no carry.
/// A sequence that is too long for the memory of one pass is scored in windows, one after the other (<see cref="Pass.State"/>). A window
/// goes through all phases at once as well; it begins with the state that the one before it left, at a multiple of 64 time steps, and its
/// rows have the bits that they have in the whole sequence, unless the layer <see cref="Convolves"/>.
/// </summary>
internal abstract class ScanLayer : Operation
{
    public override ValueId Compile(IProgramBuilder program, ValueId input) => program.Scan(this, input);

    // A scan costs its products and what it does to its states; both are about as much as it keeps.
    public override long Cost => 16 * (InputSize + OutputSize + KeptSize(1024, 1) / 1024);

    /// <summary>Number of carries, that is, how often neighbouring pieces must exchange something.</summary>
    public abstract int Carries { get; }

    /// <summary>Whether the layer can work on pieces at all.</summary>
    public virtual bool CanBeCut => true;

    /// <summary>Whether a whole sequence is a convolution. A window is not, so its rows equal those of the whole up to rounding.</summary>
    public virtual bool Convolves => false;

    /// <summary>One phase of Forward. The last phase assigns the output.</summary>
    public abstract void ForwardPhase(int phase, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept);

    /// <summary>
    /// Clears, before carry <paramref name="carry"/>, the edges of the piece that owns this memory: nothing comes before it and nothing
    /// after it.
    /// </summary>
    public abstract void ClearEdges(int carry, int rows, Span<float> kept);

    /// <summary>
    /// Carry <paramref name="carry"/> of Forward, done between phase <paramref name="carry"/> and the next one. It hands what must be known
    /// to the next piece in time, or to the previous one if <paramref name="reverse"/>. Only the edge of the receiver's memory is written.
    /// </summary>
    public abstract void ForwardCarry(
        int carry, in Weights weights, int rows, ReadOnlySpan<float> kept, int rowsBehind, Span<float> keptBehind, bool reverse);

    /// <summary>
    /// Groups of channels in which carries take the states through the pieces themselves, side by side; 0 where a carry only hands on
    /// edges, so that each piece then has to complete its own states.
    /// </summary>
    public virtual int CarryGroups => 0;

    /// <summary>
    /// Does what <see cref="ForwardCarry"/> does for one of the <see cref="CarryGroups"/>, and completes the states inside of the piece
    /// that hands on; it may already make that piece's output of these channels. It is called for every piece;
    /// <paramref name="keptBehind"/> is empty where none follows.
    /// </summary>
    /// <param name="carry">Which carry.</param>
    /// <param name="group">Which group.</param>
    /// <param name="pass">The pass of the piece, without scratch memory and intervals.</param>
    /// <param name="input">Its input.</param>
    /// <param name="output">Its output.</param>
    /// <param name="kept">Its memory.</param>
    /// <param name="rowsBehind">Rows of the piece that the state is handed to.</param>
    /// <param name="keptBehind">The memory of that piece.</param>
    /// <param name="reverse">Whether that is the piece before in time.</param>
    public virtual void ForwardCarryThrough(
        int carry, int group, in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept, int rowsBehind,
        Span<float> keptBehind, bool reverse)
        => throw new NotSupportedException();

    /// <summary>
    /// One phase of Backward. The phases come from the last, <see cref="Carries"/>, down to 0. The scratch memory is as the previous phase
    /// and the carry left it.
    /// </summary>
    public abstract void BackwardPhase(
        int phase, in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients);

    /// <summary>Does the same as <see cref="ClearEdges"/> for the scratch memory of Backward.</summary>
    public abstract void ClearGradientEdges(int carry, int rows, Span<float> scratch);

    /// <summary>
    /// Carry <paramref name="carry"/> of Backward, done between phase <paramref name="carry"/> + 1 and phase <paramref name="carry"/>. It
    /// hands a gradient to the piece that comes before this one in the scan.
    /// </summary>
    public abstract void BackwardCarry(
        int carry, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse);

    /// <summary>Does the same as <see cref="ForwardCarryThrough"/> for gradients.</summary>
    public virtual void BackwardCarryThrough(
        int carry, int group, in Weights weights, int rows, Span<float> scratch, int rowsBefore, Span<float> scratchBefore, bool reverse)
        => throw new NotSupportedException();

    public sealed override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        for (int phase = 0; phase <= Carries; phase++)
            ForwardPhase(phase, pass, input, output, kept);
    }

    public sealed override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        for (int phase = Carries; phase >= 0; phase--)
            BackwardPhase(phase, pass, input, kept, outputGradient, inputGradient, gradients);
    }
}
