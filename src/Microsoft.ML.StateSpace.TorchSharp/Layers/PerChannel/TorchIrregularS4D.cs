using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="IrregularS4D"/>: with <c>w = (B / Lambda) u</c> in every channel, <c>x_t = x_{t-1} + E_t (x_{t-1} + w_t)</c>,
/// <c>y_t = 2 Re(C x_t) + D u_t</c>. The states of all channels go through one scan side by side. A bidirectional core scans from the end,
/// too.
/// </summary>
internal sealed class TorchIrregularS4D(IrregularS4D s4d) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var parameters = s4d.Parameters;
        var rate = pass[parameters.LambdaReLog].to(ScalarType.Float64).exp().clamp_min(IrregularS4D.SlowestRate);
        var lambda = complex(-rate, pass[parameters.LambdaIm].to(ScalarType.Float64));
        var zeta = (lambda * pass[parameters.LogStep].to(ScalarType.Float64).exp().unsqueeze(1)).flatten();
        var vector = lambda.reciprocal();
        if (parameters.InputVector is not null)
            vector = vector * TorchPoles.Complex(pass[parameters.InputVector]);
        var w = (input.unsqueeze(3) * vector.to(ScalarType.ComplexFloat32)).flatten(2);
        var y = input * pass[s4d.FeedThrough];
        for (int d = 0; d < parameters.C.Length; d++)
        {
            var intervals = d == 0 ? pass.Intervals() : pass.Reverse(pass.IntervalsBehind());
            var inputs = d == 0 ? w : pass.Reverse(w);
            var x = s4d.Discretization == Discretization.ZeroOrderHold
                ? HeldScan.Apply(zeta, intervals, inputs)
                : BilinearScan.Apply(zeta, intervals, inputs);
            var c = (2 * TorchPoles.Complex(pass[parameters.C[d]])).to(ScalarType.ComplexFloat32);
            var part = (x.reshape(pass.Sequences, pass.Length, -1, s4d.States) * c).sum(3).real;
            y = y + (d == 0 ? part : pass.Reverse(part));
        }
        return y;
    }
}
