namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// A layer that is one operation: a differentiable map over packed rows that is not made of other layers. The rows, <c>(rows, size)</c>,
/// are all valid steps of the first sequence, then all valid steps of the second, and so on. Padding never reaches an operation.
/// Forward assigns its output. Backward adds to every gradient. No method allocates.
/// </summary>
internal abstract class Operation : Layer
{
    public override ValueId Compile(IProgramBuilder program, ValueId input) => program.Apply(this, input);

    /// <summary>
    /// About how many multiply-adds a row of Forward costs, so that where memory is short what is cheap is computed again. Elementwise work
    /// counts as a few for each channel.
    /// </summary>
    public virtual long Cost => 8L * OutputSize;

    /// <summary>Whether Backward reads the input. Where it does not, the input need not be kept for it.</summary>
    public virtual bool ReadsInput => true;

    /// <summary>Floats of <c>kept</c>, which Forward fills for Backward.</summary>
    public abstract long KeptSize(long rows, long sequences);

    /// <summary>Floats of <see cref="Pass.Scratch"/> that Forward, Backward or <see cref="Step"/> needs while it runs.</summary>
    public virtual long ScratchSize(long rows, long sequences) => 0;

    public abstract void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept);

    public abstract void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients);

    /// <summary>Floats of state that <see cref="Step"/> carries from one time step to the next.</summary>
    public virtual int StateSize => 0;

    /// <summary>
    /// Makes one time step of one sequence: from <paramref name="input"/> (InputSize) to <paramref name="output"/> (OutputSize).
    /// </summary>
    public abstract void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state);

    /// <summary>Floats of <see cref="Pass.Scratch"/> that <see cref="StepEach"/> needs while it runs.</summary>
    public virtual long StepEachScratchSize(int streams)
        => StateSize == 0 ? KeptSize(streams, streams) + ScratchSize(streams, streams) : ScratchSize(1, 1);

    /// <summary>
    /// Makes one time step of each of some sequences, which is a pass of as many rows: from <paramref name="input"/>, (streams, InputSize),
    /// to <paramref name="output"/>, (streams, OutputSize). A row has the bits that it has alone, and those of <see cref="Step"/> but for
    /// the order of sums. This takes the streams one after the other, or, in a layer without state, as rows; a layer with matrices and a
    /// state multiplies all rows at once.
    /// </summary>
    public virtual void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
    {
        if (StateSize == 0)
        {
            var scratch = pass.Scratch;
            var kept = scratch.Take(KeptSize(states.Count, states.Count));
            Forward(pass.With(scratch), input, output, kept);
            return;
        }
        for (int i = 0; i < states.Count; i++)
            Step(
                pass.OfRow(i), input.Slice(i * InputSize, InputSize), output.Slice(i * OutputSize, OutputSize), states.Of(i, StateSize));
    }
}
