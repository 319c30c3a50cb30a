using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="L2RuNonSquare"/>: D is a contraction Dc times the gain. B and C are free matrices, divided by one plus a bound of the norm of
/// <c>X = [0, Sg B L^T; C^T, -(Lambda^T B + C^T Dc) L^T]</c>.
/// </summary>
internal sealed class TorchL2RuNonSquare(L2RuNonSquare core) : TorchL2RuDiagonal(core)
{
    protected override (Tensor B, Tensor C, Tensor D) System(TorchPass pass, Tensor lambda, Tensor sigma)
    {
        Tensor b = pass[core.B].to(ScalarType.Float64), c = pass[core.C].to(ScalarType.Float64).transpose(0, 1); // C^T
        var feed = new TorchContraction(pass[core.D].to(ScalarType.Float64));
        var factor = feed.Factor.transpose(0, 1);
        var mixed = MultiplyTransposedPoles(lambda, b) + c.mm(feed.Value);
        var x = Tensors.Join([Tensors.Join([zeros_like(b), sigma * b.mm(factor)], 1), Tensors.Join([c, -mixed.mm(factor)], 1)], 0);
        var norm = TorchSpectralBound.Of(x.transpose(0, 1).mm(x), L2RuNonSquare.Squarings).sqrt();
        var scale = Math.Sqrt(core.Gain) * sigma / (1 + norm);
        return (scale * b, (scale * c).transpose(0, 1), core.Gain * feed.Value);
    }
}
