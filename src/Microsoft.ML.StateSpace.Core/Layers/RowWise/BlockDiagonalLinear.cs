using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = W x + b</c> with a block-diagonal W. Each of J heads maps its own H / J channels.
/// Source: De, Smith et al. 2024, arXiv:2402.19427, section 2.4 and appendix A.
/// Shapes: (rows, H) to (rows, H); parameters Weight (J, H / J, H / J), Bias (H). Cost: 2 H^2 / J flops a row.
/// </summary>
internal sealed class BlockDiagonalLinear : Layer
{
    private readonly int _width;

    public int Heads { get; }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public BlockDiagonalLinear(ParameterLayout layout, int size, int heads)
    {
        (InputSize, OutputSize, Heads, _width) = (size, size, heads, size / heads);
        Weight = layout.Add("Weight", [heads, _width, _width], ParameterGroup.Decayed, Initialize.Normal(1 / Math.Sqrt(_width)));
        Bias = layout.Add("Bias", [size], ParameterGroup.Plain, Initialize.Constant(0));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override long KeptSize(long rows, long sequences) => 0;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        int rows = pass.Rows, size = InputSize;
        for (int head = 0; head < Heads; head++)
            Gemm.Multiply(
                rows, _width, _width,
                input[(head * _width)..], size, false,
                Of(pass.Weights.Values, head), _width, true,
                output[(head * _width)..], size, accumulate: false);
        RowKernels.AddBias(output, Bias.Of(pass.Weights.Values));
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
    {
        int rows = pass.Rows, size = InputSize;
        // y = x W^T + b
        RowKernels.AddRowSum(outputGradient, Bias.Of(gradients.Values));
        for (int head = 0; head < Heads; head++)
        {
            int first = head * _width;
            var dw = Weight.Of(gradients.Values).Slice(first * _width, _width * _width);
            Gemm.Multiply(
                _width, _width, rows,
                outputGradient[first..], size, true,
                input[first..], size, false,
                dw, _width, accumulate: true);
            Gemm.Multiply(
                rows, _width, _width,
                outputGradient[first..], size, false,
                Of(pass.Weights.Values, head), _width, false,
                inputGradient[first..], size, accumulate: true);
        }
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var bias = Bias.Of(pass.Weights.Values);
        for (int head = 0; head < Heads; head++)
        {
            int first = head * _width;
            MatrixVector.Multiply(
                Of(pass.Weights.Values, head), input.Slice(first, _width), bias.Slice(first, _width), output.Slice(first, _width));
        }
    }

    private ReadOnlySpan<float> Of(ReadOnlySpan<float> values, int head)
        => Weight.Of(values).Slice(head * _width * _width, _width * _width);
}
