namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One differentiable map over packed sequences. Rows are time steps: <c>(rows, size)</c>, all valid steps of the first sequence, then of the second, ...
/// Padding never reaches a layer. Forward assigns its output; Backward adds to every gradient. No method allocates.
/// </summary>
internal abstract class Layer
{
    /// <summary>Channels in and out of a row.</summary>
    public abstract int InputSize { get; }

    public abstract int OutputSize { get; }

    /// <summary>Floats of <c>kept</c> that Forward fills for Backward.</summary>
    public abstract int KeptSize(int rows, int sequences);

    /// <summary>Floats of <see cref="Pass.Scratch"/> that Forward or Backward needs while it runs.</summary>
    public virtual int ScratchSize(int rows, int sequences) => 0;

    /// <summary>Computes the prepared values from the parameters.</summary>
    public virtual void Prepare(in Weights weights)
    {
    }

    /// <summary>Adds the gradient of the prepared values to that of the parameters.</summary>
    public virtual void PrepareBackward(in Weights weights, in Gradients gradients)
    {
    }

    public abstract void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept);

    public abstract void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients);

    /// <summary>Floats of state that <see cref="Step"/> carries from one time step to the next.</summary>
    public virtual int StateSize => 0;

    /// <summary>One time step of one sequence: <paramref name="input"/> (InputSize) to <paramref name="output"/> (OutputSize).</summary>
    public abstract void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state);
}
