using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>An elementwise function.</summary>
internal enum ActivationKind
{
    Gelu,
    ExactGelu,
    Silu,
    Tanh,
    Elu,
}

/// <summary>
/// An elementwise function as a layer; <see cref="Activations"/> has the formulas. Shapes: (rows, H) to (rows, H). Nothing is kept, since
/// Backward uses the input.
/// </summary>
internal sealed class Activation(ActivationKind kind, int size) : Operation
{
    public ActivationKind Kind => kind;

    public override int InputSize => size;

    public override int OutputSize => size;

    public override long KeptSize(long rows, long sequences) => 0;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept) => Apply(input, output);

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        switch (kind)
        {
            case ActivationKind.Gelu: Activations.GeluBackward(input, outputGradient, inputGradient); break;
            case ActivationKind.ExactGelu: Activations.ExactGeluBackward(input, outputGradient, inputGradient); break;
            case ActivationKind.Silu: Activations.SiluBackward(input, outputGradient, inputGradient); break;
            case ActivationKind.Tanh: Activations.TanhBackward(input, outputGradient, inputGradient); break;
            default: Activations.EluBackward(input, outputGradient, inputGradient); break;
        }
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state) => Apply(input, output);

    private void Apply(ReadOnlySpan<float> input, Span<float> output)
    {
        switch (kind)
        {
            case ActivationKind.Gelu: Activations.Gelu(input, output); break;
            case ActivationKind.ExactGelu: Activations.ExactGelu(input, output); break;
            case ActivationKind.Silu: Activations.Silu(input, output); break;
            case ActivationKind.Tanh: Activations.Tanh(input, output); break;
            default: Activations.Elu(input, output); break;
        }
    }
}
