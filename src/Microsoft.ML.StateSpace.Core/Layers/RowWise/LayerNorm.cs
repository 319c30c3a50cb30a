using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = (x - mean) / sqrt(var + eps) * g + b</c>, with the mean and the biased variance over the channels of a row, and eps = 1e-5
/// unless asked otherwise.
/// Source: Ba, Kiros, Hinton 2016, arXiv:1607.06450. Shapes: (rows, H) to (rows, H). Cost: about 8 H flops a row.
/// </summary>
internal sealed class LayerNorm : Operation
{
    public Parameter Scale { get; }

    public Parameter Bias { get; }

    /// <param name="layout">Where the parameters are declared.</param>
    /// <param name="size">H.</param>
    /// <param name="epsilon">eps.</param>
    public LayerNorm(ParameterLayout layout, int size, double epsilon = NormKernels.Epsilon)
    {
        InputSize = OutputSize = size;
        Epsilon = (float)epsilon;
        Scale = layout.Add("Scale", [size], ParameterGroup.Plain, Initialize.Constant(1));
        Bias = layout.Add("Bias", [size], ParameterGroup.Plain, Initialize.Constant(0));
    }

    /// <summary>eps.</summary>
    public float Epsilon { get; }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    // The mean and the reciprocal standard deviation of each row.
    public override long KeptSize(long rows, long sequences) => 2 * rows;

    public override long ScratchSize(long rows, long sequences) => 2;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int rows = input.Length / InputSize;
        NormKernels.LayerNorm(
            input, Scale.Of(pass.Weights.Values), Bias.Of(pass.Weights.Values), output, kept.Take(rows), kept.Take(rows), Epsilon);
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = input.Length / InputSize;
        NormKernels.LayerNormBackward(
            input, Scale.Of(pass.Weights.Values), kept.Take(rows), kept.Take(rows),
            outputGradient, inputGradient, Scale.Of(gradients.Values), Bias.Of(gradients.Values));
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => Forward(pass, input, output, pass.Scratch[..2]);
}
