using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="Linear"/>: <c>y = W x + b</c>.</summary>
internal sealed class OnnxLinear(Linear linear) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var product = input.MatMul(pass.Transposed(linear.Weight));
        return linear.Bias is null ? product : product + pass.Constant(linear.Bias);
    }
}
