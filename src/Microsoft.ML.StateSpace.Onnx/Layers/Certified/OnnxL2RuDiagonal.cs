using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="L2RuDiagonal"/>, whatever its B, C and D are made of: <c>x_{t+1} = lambda x_t + B u_t</c>, <c>y_t = Re(C x_t) + D u_t</c>.
/// </summary>
internal sealed class OnnxL2RuDiagonal(L2RuDiagonal core) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        int size = core.InputSize, width = core.StateSize;
        var v = input.MatMul(pass.Transposed("B", core.InputMatrix.Of(pass.Prepared), width, size));
        var x = pass.Late(DiagonalScan.Apply(pass, core.Lambda.Of(pass.Prepared), v), width);
        return x.MatMul(pass.Transposed("C", core.OutputMatrix.Of(pass.Prepared), size, width))
            + input.MatMul(pass.Transposed("D", core.FeedThrough.Of(pass.Prepared), size, size));
    }
}
