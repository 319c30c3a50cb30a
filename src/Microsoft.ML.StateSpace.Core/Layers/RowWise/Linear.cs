using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = W x + b</c> at every row. b may be absent.
/// Shapes: (rows, in) to (rows, out). Cost: 2 in out flops a row.
/// </summary>
internal sealed class Linear : Operation
{
    public Parameter Weight { get; }

    public Parameter? Bias { get; }

    public Linear(ParameterLayout layout, int inputSize, int outputSize, bool bias = true, Initializer? weight = null)
    {
        InputSize = inputSize;
        OutputSize = outputSize;
        Weight = layout.Add("Weight", [outputSize, inputSize], ParameterGroup.Decayed, weight ?? Initialize.LecunNormal(inputSize));
        if (bias)
            Bias = layout.Add("Bias", [outputSize], ParameterGroup.Plain, Initialize.Constant(0));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override long Cost => 2L * InputSize * OutputSize;

    public override long KeptSize(long rows, long sequences) => 0;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
        => Apply(pass, input, output, accumulate: false);

    /// <summary>Adds W x + b to <paramref name="sum"/>.</summary>
    public void AddTo(in Pass pass, ReadOnlySpan<float> input, Span<float> sum) => Apply(pass, input, sum, accumulate: true);

    private void Apply(in Pass pass, ReadOnlySpan<float> input, Span<float> output, bool accumulate)
    {
        int rows = output.Length / OutputSize;
        Gemm.Multiply(
            rows, OutputSize, InputSize,
            input, InputSize, false,
            Weight.Of(pass.Weights.Values), InputSize, true,
            output, OutputSize, accumulate);
        if (Bias is not null)
            RowKernels.AddBias(output, Bias.Of(pass.Weights.Values));
    }

    /// <remarks>
    /// The input gradient is not computed if <paramref name="inputGradient"/> is empty. This is so for the first layer, before which
    /// nothing is trained.
    /// </remarks>
    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = outputGradient.Length / OutputSize;
        // y = x W^T + b
        if (Bias is not null)
            RowKernels.AddRowSum(outputGradient, Bias.Of(gradients.Values));
        Gemm.Multiply(
            OutputSize, InputSize, rows,
            outputGradient, OutputSize, true,
            input, InputSize, false,
            Weight.Of(gradients.Values), InputSize, accumulate: true);
        if (!inputGradient.IsEmpty)
            Gemm.Multiply(
                rows, InputSize, OutputSize,
                outputGradient, OutputSize, false,
                Weight.Of(pass.Weights.Values), InputSize, false,
                inputGradient, InputSize, accumulate: true);
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
        => MatrixVector.Multiply(Weight.Of(pass.Weights.Values), input, Bias is null ? default : Bias.Of(pass.Weights.Values), output);
}
