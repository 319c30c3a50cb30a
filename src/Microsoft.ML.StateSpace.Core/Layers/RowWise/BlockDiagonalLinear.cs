using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Layers;

/// <summary>
/// <c>y = W x + b</c> with a block-diagonal W. Each of J heads maps its own H / J channels.
/// Source: De, Smith et al. 2024, arXiv:2402.19427, section 2.4 and appendix A.
/// Shapes: (rows, H) to (rows, H1); parameters Weight (J, H1 / J, H / J), Bias (H1). Cost: 2 H H1 / J flops a row.
/// </summary>
internal sealed class BlockDiagonalLinear : Operation
{
    private readonly int _inputs, _outputs; // of one head

    public int Heads { get; }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public BlockDiagonalLinear(ParameterLayout layout, int size, int heads)
        : this(layout, size, heads, size)
    {
    }

    public BlockDiagonalLinear(ParameterLayout layout, int inputs, int heads, int outputs)
    {
        (InputSize, OutputSize, Heads, _inputs, _outputs) = (inputs, outputs, heads, inputs / heads, outputs / heads);
        Weight = layout.Add("Weight", [heads, _outputs, _inputs], ParameterGroup.Decayed, Initialize.Normal(1 / Math.Sqrt(_inputs)));
        Bias = layout.Add("Bias", [outputs], ParameterGroup.Plain, Initialize.Constant(0));
    }

    public override int InputSize { get; }

    public override int OutputSize { get; }

    public override long KeptSize(long rows, long sequences) => 0;

    public override void Forward(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> kept)
    {
        Multiply(pass.Weights, pass.Rows, input, output);
        RowKernels.AddBias(output, Bias.Of(pass.Weights.Values));
    }

    /// <summary><c>y = W x</c> for some rows, without the bias.</summary>
    public void Multiply(in Weights weights, int rows, ReadOnlySpan<float> input, Span<float> output)
    {
        for (int head = 0; head < Heads; head++)
            Gemm.Multiply(
                rows, _outputs, _inputs,
                input[(head * _inputs)..], InputSize, false,
                Of(weights.Values, head), _inputs, true,
                output[(head * _outputs)..], OutputSize, accumulate: false);
    }

    public override void Backward(
        in Pass pass, ReadOnlySpan<float> input, ReadOnlySpan<float> kept,
        ReadOnlySpan<float> outputGradient, Span<float> inputGradient, in Gradients gradients)
        => Backward(pass.Weights, pass.Rows, input, outputGradient, inputGradient, gradients);

    /// <summary>The backward pass of some rows.</summary>
    public void Backward(
        in Weights weights, int rows, ReadOnlySpan<float> input, ReadOnlySpan<float> outputGradient, Span<float> inputGradient,
        in Gradients gradients)
    {
        // y = x W^T + b
        RowKernels.AddRowSum(outputGradient, Bias.Of(gradients.Values));
        for (int head = 0; head < Heads; head++)
        {
            var dw = Weight.Of(gradients.Values).Slice(head * _outputs * _inputs, _outputs * _inputs);
            Gemm.Multiply(
                _outputs, _inputs, rows,
                outputGradient[(head * _outputs)..], OutputSize, true,
                input[(head * _inputs)..], InputSize, false,
                dw, _inputs, accumulate: true);
            Gemm.Multiply(
                rows, _inputs, _outputs,
                outputGradient[(head * _outputs)..], OutputSize, false,
                Of(weights.Values, head), _inputs, false,
                inputGradient[(head * _inputs)..], InputSize, accumulate: true);
        }
    }

    public override void Step(in Pass pass, ReadOnlySpan<float> input, Span<float> output, Span<float> state)
    {
        var bias = Bias.Of(pass.Weights.Values);
        for (int head = 0; head < Heads; head++)
        {
            int first = head * _outputs;
            MatrixVector.Multiply(
                Of(pass.Weights.Values, head), input.Slice(head * _inputs, _inputs), bias.Slice(first, _outputs),
                output.Slice(first, _outputs));
        }
    }

    private ReadOnlySpan<float> Of(ReadOnlySpan<float> values, int head)
        => Weight.Of(values).Slice(head * _outputs * _inputs, _outputs * _inputs);
}
