using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="Sandwich"/>: <c>y = sqrt(2) A Psi (max(z, 0) - max(b, 0))</c> with <c>z = sqrt(2) Psi^-1 B^T x + b</c>. A and B both come
/// from one inverse.
/// </summary>
internal sealed class TorchSandwich(Sandwich sandwich) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        Tensor u = pass[sandwich.U].to(ScalarType.Float64), v = pass[sandwich.V].to(ScalarType.Float64), bias = pass[sandwich.Bias];
        var scale = Math.Sqrt(2) * pass[sandwich.Psi].to(ScalarType.Float64).exp();
        // J = (I + M)^-1, A = 2 J - I, B = -2 V J; I + M can always be inverted, for its symmetric part is at least I
        var identity = TorchTriangular.Identity(u, u.shape[0]);
        var inverse = TorchTriangular.Inverse(identity + u - u.transpose(0, 1) + v.transpose(0, 1).mm(v));
        var outward = (2 * inverse - identity) * scale;
        var inward = -4 * v.mm(inverse) / scale;
        var h = pass.Product(input, inward.transpose(0, 1).to(input.dtype), bias).relu() - bias.relu();
        return pass.Product(h, outward.to(input.dtype), null);
    }
}
