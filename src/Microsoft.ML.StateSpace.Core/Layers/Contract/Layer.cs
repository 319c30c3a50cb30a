namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// One differentiable map from rows to rows: an <see cref="Operation"/>, or layers put together. What is put together only says how
/// (<see cref="Compile"/>); it is the operations that run.
/// </summary>
internal abstract class Layer
{
    /// <summary>Channels of an input row.</summary>
    public abstract int InputSize { get; }

    public abstract int OutputSize { get; }

    /// <summary>
    /// Computes the prepared values from the parameters. They depend on nothing else, so this is done once an optimiser step.
    /// </summary>
    public virtual void Prepare(in Weights weights)
    {
    }

    /// <summary>Adds to the gradient of the parameters what follows from the gradient of the prepared values.</summary>
    public virtual void PrepareBackward(in Weights weights, in Gradients gradients)
    {
    }

    /// <summary>Adds the operations of this layer to a program, and returns what they make of the input.</summary>
    public abstract ValueId Compile(IProgramBuilder program, ValueId input);
}
