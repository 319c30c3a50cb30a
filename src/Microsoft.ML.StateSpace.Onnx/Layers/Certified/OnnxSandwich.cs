using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="Sandwich"/>: <c>y = sqrt(2) A Psi (max(z, 0) - max(b, 0)), z = sqrt(2) Psi^-1 B^T x + b</c>.
/// </summary>
internal sealed class OnnxSandwich(Sandwich sandwich) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        int size = sandwich.InputSize;
        var z = input.MatMul(pass.Transposed("In", sandwich.In.Of(pass.Prepared), size, size)) + pass.Constant(sandwich.Bias);
        var h = z.Max(pass.Graph.Constant(0f)) + pass.Graph.Constant("Shift", sandwich.Shift.Of(pass.Prepared), size);
        return h.MatMul(pass.Transposed("Out", sandwich.Out.Of(pass.Prepared), size, size));
    }
}
