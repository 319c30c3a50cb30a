using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="L2RuSquare"/>: <c>x_{t+1} = A x_t + B u_t</c>, <c>y_t = C x_t + D u_t</c>, x_0 = 0. A, B and D come from the free parameters
/// by the map that <see cref="L2RuSquareMap"/> describes, here in float64.
/// </summary>
internal sealed class TorchL2RuSquare(L2RuSquare core) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var (a, b, d) = System(pass);
        var v = nn.functional.linear(input, b.to(input.dtype));
        // The output at a step reads the state before it: the states one step later, with zero in front.
        var x = nn.functional.pad(DenseScan.Apply(a, v).narrow(1, 0, input.shape[1] - 1), [0, 0, 1, 0]);
        return nn.functional.linear(x, pass[core.C]) + nn.functional.linear(input, d.to(input.dtype));
    }

    private (Tensor A, Tensor B, Tensor D) System(TorchPass pass)
    {
        double gain = core.Map.Gain;
        Tensor x11 = Lower(pass[core.X11], 0), x22 = Lower(pass[core.X22], 0), x21 = pass[core.X21].to(ScalarType.Float64);
        Tensor c = pass[core.C].to(ScalarType.Float64), dt = pass[core.Dt].to(ScalarType.Float64), lower = Lower(pass[core.Skew], -1);
        var identity = TorchTriangular.Identity(c, core.InputSize);
        var epsilon = core.Map.Epsilon * identity;
        var q = 2 * TorchTriangular.Inverse(identity + lower - lower.transpose(0, 1)) - identity;
        // beta
        var z = x21.mm(x21.transpose(0, 1)) + x22.mm(x22.transpose(0, 1)) + dt.transpose(0, 1).mm(dt) + epsilon;
        var alpha = pass[core.Alpha].to(ScalarType.Float64).clamp(-L2RuSquareMap.MostAlpha, L2RuSquareMap.MostAlpha);
        var beta = gain * gain * alpha.sigmoid() / TorchSpectralBound.Of(z, L2RuSquareMap.MostSquarings);
        var root = beta.sqrt();
        var h12 = root * (x11.mm(x21.transpose(0, 1)) + c.transpose(0, 1).mm(dt));
        // R and P
        var t = TorchTriangular.SolveRightTransposed(TorchTriangular.Cholesky(gain * gain * identity - beta * z), h12);
        var r = t.mm(t.transpose(0, 1)) + epsilon;
        var factorR = TorchTriangular.Cholesky(r);
        var factorP = TorchTriangular.Cholesky(r + x11.mm(x11.transpose(0, 1)) + c.transpose(0, 1).mm(c) + epsilon);
        // A = L_P^-T Q L_R^T, B = -L_P^-T Q L_R^-1 H12, D = sqrt(beta) Dt
        var a = TorchTriangular.SolveTransposed(factorP, q.mm(factorR.transpose(0, 1)));
        var b = -TorchTriangular.SolveTransposed(factorP, q.mm(TorchTriangular.Solve(factorR, h12)));
        return (a, b, root * dt);
    }

    // The square matrix whose lower triangle, up to the given diagonal, holds these values row by row; it is zero elsewhere.
    private Tensor Lower(Tensor values, long diagonal)
    {
        long size = core.InputSize;
        var isThere = ones([size, size], dtype: ScalarType.Int64, device: values.device).tril(diagonal).flatten();
        // At each place of the triangle the number of its value, counted from 1 by rows; elsewhere 0, which names the zero put in front of
        // the values.
        var number = isThere.cumsum(0) * isThere;
        return Tensors.Join([zeros(1, device: values.device), values], 0).index_select(0, number).view(size, size).to(ScalarType.Float64);
    }
}
