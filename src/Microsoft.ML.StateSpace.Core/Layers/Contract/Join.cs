namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// An operation that makes one value of two, row by row. Forward assigns its output; where the output takes the place of the first value
/// (<see cref="IsInPlace"/>), it adds to it. No method allocates.
/// </summary>
internal abstract class Join
{
    /// <summary>Channels of the output.</summary>
    public abstract int OutputSize { get; }

    /// <summary>Whether Backward reads a value, the first (0) or the second (1).</summary>
    public virtual bool Reads(int value) => true;

    /// <summary>
    /// Whether the output is the first value with something added to it, <c>y = a + f(b)</c>. Then both share one place, and the gradient
    /// of y is that of a.
    /// </summary>
    public virtual bool IsInPlace => false;

    /// <summary>
    /// Whether Backward assigns the gradient of a value, the first (0) or the second (1), in place of adding to it. Then nothing else may
    /// read that value.
    /// </summary>
    public virtual bool Assigns(int value) => false;

    /// <param name="pass">The pass.</param>
    /// <param name="first">a, (rows, channels); empty where the output is in its place.</param>
    /// <param name="second">b, (rows, channels).</param>
    /// <param name="output">y, (rows, <see cref="OutputSize"/>); in place it holds a.</param>
    public abstract void Forward(in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output);

    /// <summary>As <see cref="Forward"/>, back.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="first">a; empty where it is not read.</param>
    /// <param name="second">b; empty where it is not read.</param>
    /// <param name="outputGradient">That of y.</param>
    /// <param name="firstGradient">That of a; empty in place.</param>
    /// <param name="secondGradient">That of b.</param>
    /// <param name="gradients">Those of the parameters.</param>
    public abstract void Backward(
        in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> outputGradient,
        Span<float> firstGradient, Span<float> secondGradient, in Gradients gradients);

    /// <summary>Makes one time step of one sequence.</summary>
    public virtual void Step(in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
        => Forward(pass, first, second, output);
}
