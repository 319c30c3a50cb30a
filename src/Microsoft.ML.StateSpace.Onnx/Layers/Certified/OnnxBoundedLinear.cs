using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="BoundedLinear"/>: <c>y = gain W x</c>.</summary>
internal sealed class OnnxBoundedLinear(BoundedLinear linear) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
        => input.MatMul(
            pass.Transposed(linear.Weight.Name, linear.Matrix(pass.Weights), linear.OutputSize, linear.InputSize));
}
