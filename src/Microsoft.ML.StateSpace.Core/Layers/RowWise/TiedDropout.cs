using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary><see cref="Dropout"/> as a layer of its own. Shapes: (rows, H) to (rows, H). Kept: the masks, (sequences, H).</summary>
internal sealed class TiedDropout(int size, Dropout dropout) : Operation
{
    public Dropout Dropout => dropout;

    public override int InputSize => size;

    public override int OutputSize => size;

    public override bool ReadsInput => false;

    public override long KeptSize(long rows, long sequences) => sequences * size;

    public override long ScratchSize(long rows, long sequences) => rows * size;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        dropout.Draw(pass, kept);
        input.CopyTo(output);
        dropout.Apply(pass, kept, output);
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        var dx = pass.Scratch[..outputGradient.Length];
        outputGradient.CopyTo(dx);
        dropout.Apply(pass, kept, dx);
        Activations.Add(dx, inputGradient);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state) => input.CopyTo(output);
}
