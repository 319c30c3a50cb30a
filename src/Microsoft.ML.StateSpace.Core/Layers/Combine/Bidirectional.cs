namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// Two causal cores, each with its own parameters. One reads every sequence from its start, the other from its end:
/// <c>y = f(x) + reverse(g(reverse(x)))</c>.
/// The output at a time step depends on later steps, so the layer cannot stream. Shapes: as the two cores. Where time steps come with
/// intervals, the second core reads the time that leads to each row from behind.
/// </summary>
internal sealed class Bidirectional(Layer forward, Layer backward, bool hasIntervals = false) : Layer
{
    /// <summary>f, which reads from the start.</summary>
    public Layer FromStart => forward;

    /// <summary>g, which reads from the end.</summary>
    public Layer FromEnd => backward;

    public override int InputSize => forward.InputSize;

    public override int OutputSize => forward.OutputSize;

    public override void Prepare(in Weights weights)
    {
        forward.Prepare(weights);
        backward.Prepare(weights);
    }

    public override void PrepareBackward(in Weights weights, in Gradients gradients)
    {
        forward.PrepareBackward(weights, gradients);
        backward.PrepareBackward(weights, gradients);
    }

    public override ValueId Compile(IProgramBuilder program, ValueId input)
    {
        var reversed = program.Apply(new Reverse(InputSize), input);
        var (fromStart, fromEnd) = program.AddBothWays(forward, input, backward, reversed, hasIntervals);
        return program.Join(new ReversedSum(OutputSize), fromStart, fromEnd);
    }

    // y = a + reverse(b), in the place of a
    private sealed class ReversedSum(int size) : Join
    {
        public override int OutputSize => size;

        public override bool IsInPlace => true;

        public override bool Reads(int value) => false;

        public override bool Assigns(int value) => true;

        public override void Forward(in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> output)
            => Reverse.Add(pass, second, output);

        public override void Backward(
            in Pass pass, ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> outputGradient,
            Span<float> firstGradient, Span<float> secondGradient, in Gradients gradients)
            => Reverse.Copy(pass, outputGradient, secondGradient);
    }
}
