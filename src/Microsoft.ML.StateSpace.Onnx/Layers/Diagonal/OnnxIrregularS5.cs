using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="IrregularS5"/>: <c>x_t = x_{t-1} + E_t (x_{t-1} + w_t)</c>, <c>y_t = 2 Re(C x_t) + D u_t</c>, or in pre form with w_{t-1} in
/// the place of w_t. A bidirectional core scans from the end, too.
/// </summary>
internal sealed class OnnxIrregularS5(IrregularS5 core) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        int states = (int)core.Zeta.Length / 2;
        var w = input.MatMul(pass.Transposed("B", core.InputMatrix.Of(pass.Prepared), 2 * states, core.InputSize));
        Value? y = OnnxDiagonalCore.FeedThrough(pass, input, core.FeedThrough);
        for (int d = 0; d < core.OutputMatrices.Length; d++)
        {
            var x = d == 0 ? Scan(pass, w, states) : Scan(pass.FromEnd(), pass.Reverse(w), states);
            var part = x.MatMul(pass.Transposed("C", core.OutputMatrices[d].Of(pass.Prepared), core.OutputSize, 2 * states));
            part = d == 0 ? part : pass.Reverse(part);
            y = y is null ? part : y + part;
        }
        return y!.Value;
    }

    private Value Scan(OnnxPass pass, Value w, int states)
    {
        var zeta = core.Zeta.Of(pass.Prepared);
        var planes = new Planes(
            pass.Graph.Constant("Zeta.Real", zeta[..states], states), pass.Graph.Constant("Zeta.Imaginary", zeta[states..], states));
        var increments = PoleIncrements.Of(core.Discretization, planes, pass.Intervals);
        var late = core.IsPre ? pass.Late(w, 2 * states) : w;
        return PairedScan.Apply(pass, increments, increments * Planes.Split(late, states), states).Joined;
    }
}
