namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// The rows of every sequence in reverse order. Shapes: (rows, H) to (rows, H). A step cannot be made, since it sees the future.
/// </summary>
internal sealed class Reverse(int size) : Operation
{
    public override int InputSize => size;

    public override int OutputSize => size;

    public override bool ReadsInput => false;

    public override long KeptSize(long rows, long sequences) => 0;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
        => Copy(pass, input, output);

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        if (!inputGradient.IsEmpty)
            Add(pass, outputGradient, inputGradient);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => throw new InvalidOperationException("A bidirectional layer sees the future and cannot make single steps.");

    public override void StepEach(in Pass pass, ReadOnlySpan<float> input, Span<float> output, in StreamStates states)
        => Step(pass, input, output, default);

    /// <summary>Copies the rows of every sequence in reverse order.</summary>
    public static void Copy(in Pass pass, ReadOnlySpan<float> rows, Span<float> reversed)
    {
        int size = rows.Length / pass.Rows;
        for (int s = 0; s < pass.Sequences; s++)
            for (int from = pass.Starts[s], to = pass.Starts[s + 1] - 1; to >= pass.Starts[s]; from++, to--)
                rows.Slice(from * size, size).CopyTo(reversed[(to * size)..]);
    }

    /// <summary>Adds the rows of every sequence in reverse order.</summary>
    public static void Add(in Pass pass, ReadOnlySpan<float> reversed, Span<float> sum)
    {
        int size = sum.Length / pass.Rows;
        for (int s = 0; s < pass.Sequences; s++)
            for (int from = pass.Starts[s], to = pass.Starts[s + 1] - 1; to >= pass.Starts[s]; from++, to--)
                Kernels.Activations.Add(reversed.Slice(from * size, size), sum.Slice(to * size, size));
    }
}
