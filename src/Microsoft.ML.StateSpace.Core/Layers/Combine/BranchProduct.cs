namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Multiplies the outputs of two branches, row by row: <c>y = value(x) * gate(x)</c>. The derived class says which product that is.
/// Shapes: (rows, H) to (rows, H1).
/// </summary>
internal abstract class BranchProduct(Layer value, Layer gate) : Layer
{
    public Layer Value => value;

    public Layer Gate => gate;

    public override int InputSize => value.InputSize;

    /// <summary>Assigns <c>y = value * gate</c> of some rows.</summary>
    protected abstract void Multiply(ReadOnlySpan<float> value, ReadOnlySpan<float> gate, Span<float> y);

    /// <summary>Assigns the gradients of both factors.</summary>
    protected abstract void MultiplyBackward(
        ReadOnlySpan<float> value, ReadOnlySpan<float> gate, ReadOnlySpan<float> dy, Span<float> dvalue, Span<float> dgate);

    public override void Prepare(in Weights weights)
    {
        value.Prepare(weights);
        gate.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        value.PrepareBackward(weights, gradients);
        gate.PrepareBackward(weights, gradients);
    }

    public override ValueId Compile(IProgramBuilder program, ValueId input)
    {
        var factor = program.Add(value, input);
        return program.Join(new Product(this), factor, program.Add(gate, input));
    }

    private sealed class Product(BranchProduct of) : Join
    {
        public override int OutputSize => of.OutputSize;

        public override bool Assigns(int value) => true;

        public override void Forward(in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
            => of.Multiply(first, second, output);

        public override void Backward(
            in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> outputGradient,
            Span<float> firstGradient, Span<float> secondGradient, in Gradients gradients)
            => of.MultiplyBackward(first, second, outputGradient, firstGradient, secondGradient);
    }
}
