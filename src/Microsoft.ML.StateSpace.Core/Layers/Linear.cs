using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = W x + b</c> at every row.
/// Shapes: (rows, in) to (rows, out). Cost: 2 in out flops a row.
/// </summary>
internal sealed class Linear : Layer
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    public Linear(ParameterLayout layout, int inputSize, int outputSize)
    {
        InputSize = inputSize;
        OutputSize = outputSize;
        _weight = layout.Add("Weight", [outputSize, inputSize], ParameterGroup.Decayed, Initialize.LecunNormal(inputSize));
        _bias = layout.Add("Bias", [outputSize], ParameterGroup.Plain, Initialize.Constant(0));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override int KeptSize(int rows, int sequences) => 0;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int rows = output.Length / OutputSize;
        Gemm.Multiply(rows, OutputSize, InputSize, input, InputSize, false, _weight.Of(pass.Weights.Values), InputSize, true, output, OutputSize, accumulate: false);
        RowKernels.AddBias(output, _bias.Of(pass.Weights.Values));
    }

    /// <remarks>An empty <paramref name="inputGradient"/> is not computed: nothing is trained before the first layer.</remarks>
    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept, ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = outputGradient.Length / OutputSize;
        // y = x W^T + b
        RowKernels.AddRowSum(outputGradient, _bias.Of(gradients.Values));
        Gemm.Multiply(OutputSize, InputSize, rows, outputGradient, OutputSize, true, input, InputSize, false, _weight.Of(gradients.Values), InputSize, accumulate: true);
        if (!inputGradient.IsEmpty)
            Gemm.Multiply(rows, InputSize, OutputSize, outputGradient, OutputSize, false, _weight.Of(pass.Weights.Values), InputSize, false, inputGradient, InputSize, accumulate: true);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => MatrixVector.Multiply(_weight.Of(pass.Weights.Values), input, _bias.Of(pass.Weights.Values), output);
}
