using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="BlockDiagonalLinear"/>: <c>y = W x + b</c>, W block-diagonal, a block a head.</summary>
internal sealed class OnnxBlockDiagonalLinear(BlockDiagonalLinear linear) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var heads = pass.Fold(input, linear.Heads, linear.InputSize / linear.Heads);
        var products = Value.Einsum("...hi,hoi->...ho", heads, pass.Constant(linear.Weight));
        return pass.Flatten(products, linear.OutputSize) + pass.Constant(linear.Bias);
    }
}
