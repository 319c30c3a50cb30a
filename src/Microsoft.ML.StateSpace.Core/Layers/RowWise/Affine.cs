using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = x * g + b</c>, channel by channel: what a batch norm computes once its statistics stand (Ioffe, Szegedy 2015, arXiv:1502.03167,
/// algorithm 2). Shapes: (rows, H) to (rows, H). Cost: 2 H flops a row.
/// </summary>
internal sealed class Affine : Operation
{
    public Parameter Scale { get; }

    public Parameter Bias { get; }

    public Affine(ParameterLayout layout, int size)
    {
        InputSize = OutputSize = size;
        Scale = layout.Add("Scale", [size], ParameterGroup.Plain, Initialize.Constant(1));
        Bias = layout.Add("Bias", [size], ParameterGroup.Plain, Initialize.Constant(0));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override long KeptSize(long rows, long sequences) => 0;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        output.Clear();
        RowKernels.AddScaled(input, Scale.Of(pass.Weights.Values), output);
        RowKernels.AddBias(output, Bias.Of(pass.Weights.Values));
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        RowKernels.AddRowSum(outputGradient, Bias.Of(gradients.Values));
        RowKernels.AddProductSum(outputGradient, input, Scale.Of(gradients.Values));
        RowKernels.AddScaled(outputGradient, Scale.Of(pass.Weights.Values), inputGradient);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => Forward(pass, input, output, default);
}
