using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="CausalConvolution"/>: <c>y_t = sum_j w_j * u_{t-K+1+j} + b</c>, where u is zero before the sequence; D, where there is one,
/// is part of the last tap. A step remembers the last K - 1 inputs.
/// </summary>
internal sealed class OnnxCausalConvolution(CausalConvolution convolution) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var taps = Taps(pass);
        return pass.IsStep ? Step(pass, taps, input) : Whole(pass, taps, input);
    }

    private Value Whole(OnnxPass pass, float[] taps, Value input)
    {
        int channels = convolution.InputSize, width = convolution.Width;
        var weight = pass.Graph.Constant(convolution.Weight.Name, taps, channels, 1, width);
        var bias = convolution.Bias is null ? default : pass.Constant(convolution.Bias);
        (string, object)[] attributes = [("group", (long)channels), ("pads", new long[] { width - 1, 0 })];
        return pass.Graph.Node("Conv", attributes, input.Transpose(0, 2, 1), weight, bias).Transpose(0, 2, 1);
    }

    private Value Step(OnnxPass pass, float[] taps, Value input)
    {
        int channels = convolution.InputSize, width = convolution.Width;
        var weight = pass.Transposed(convolution.Weight.Name, taps, channels, width);
        var y = width == 1
            ? input * weight
            : pass.Recur([width - 1, channels], input, (before, row) =>
            {
                var window = Value.Concat(1, before, row.Unsqueeze(1));
                return (window.Slice(1, 1), (window * weight).Sum(1));
            });
        return convolution.Bias is null ? y : y + pass.Constant(convolution.Bias);
    }

    // (C, K)
    private float[] Taps(OnnxPass pass)
    {
        float[] taps = [.. convolution.Weight.Of(pass.Values)];
        if (convolution.FeedThrough is { } parameter)
        {
            var d = parameter.Of(pass.Values);
            for (int c = 0; c < d.Length; c++)
                taps[(c + 1) * convolution.Width - 1] += d[c];
        }
        return taps;
    }
}
