using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = x / sqrt(mean(x^2) + eps) * g</c>, with the mean over the channels of a row, and eps = 1e-5 unless asked otherwise.
/// Source: Zhang, Sennrich 2019, arXiv:1910.07467. Shapes: (rows, H) to (rows, H). Cost: about 5 H flops a row.
/// </summary>
internal sealed class RmsNorm : Operation
{
    public Parameter Scale { get; }

    /// <param name="layout">Where the parameters are declared.</param>
    /// <param name="size">H.</param>
    /// <param name="epsilon">eps.</param>
    public RmsNorm(ParameterLayout layout, int size, double epsilon = NormKernels.Epsilon)
    {
        InputSize = OutputSize = size;
        Epsilon = (float)epsilon;
        Scale = layout.Add("Scale", [size], ParameterGroup.Plain, Initialize.Constant(1));
    }

    /// <summary>eps.</summary>
    public float Epsilon { get; }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    // The reciprocal root mean square of each row.
    public override long KeptSize(long rows, long sequences) => rows;

    public override long ScratchSize(long rows, long sequences) => 1;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
        => NormKernels.RmsNorm(input, Scale.Of(pass.Weights.Values), output, kept, Epsilon);

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
        => NormKernels.RmsNormBackward(
            input, Scale.Of(pass.Weights.Values), kept, outputGradient, inputGradient, Scale.Of(gradients.Values));

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => Forward(pass, input, output, pass.Scratch[..1]);
}
