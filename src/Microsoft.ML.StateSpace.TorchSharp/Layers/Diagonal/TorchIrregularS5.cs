using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="IrregularS5"/>: with <c>w = (B / Lambda) u</c>, <c>x_t = x_{t-1} + E_t (x_{t-1} + w_t)</c>, <c>y_t = 2 Re(C x_t) + D u_t</c>.
/// In pre form w_t is that of the step before. A bidirectional core scans from the end, too.
/// </summary>
internal sealed class TorchIrregularS5(IrregularS5 s5) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var parameters = s5.Parameters;
        Tensor lambda = TorchPoles.Lambda(pass, parameters), zeta = lambda * pass[parameters.LogStep].to(ScalarType.Float64).exp();
        var w = Planes.Multiply(input, TorchDiagonal.InputMatrix(pass[parameters.B], lambda.reciprocal()));
        var y = TorchDiagonal.FeedThrough(pass, input, s5.FeedThrough);
        for (int d = 0; d < parameters.C.Length; d++)
        {
            var intervals = d == 0 ? pass.Intervals() : pass.Reverse(pass.IntervalsBehind());
            var inputs = d == 0 ? w : pass.Reverse(w);
            if (s5.IsPre)
                inputs = TorchDiagonal.Late(inputs);
            var x = s5.Discretization == Discretization.ZeroOrderHold
                ? HeldScan.Apply(zeta, intervals, inputs)
                : BilinearScan.Apply(zeta, intervals, inputs);
            var part = Planes.RealProduct(x, pass[parameters.C[d]], 2);
            y = TorchDiagonal.Sum(y, d == 0 ? part : pass.Reverse(part));
        }
        return y!;
    }
}
