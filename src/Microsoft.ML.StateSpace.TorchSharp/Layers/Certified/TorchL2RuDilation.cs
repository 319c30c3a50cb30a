using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="L2RuDilation"/>: <c>B = gamma Sg U</c>, <c>C = V Sg</c>,
/// <c>D = gamma (-V Lambda^T U + (I - V V^T)^(1/2) W (I - U^T U)^(1/2))</c>, where U, V and W are contractions.
/// </summary>
internal sealed class TorchL2RuDilation(L2RuDilation core) : TorchL2RuDiagonal(core)
{
    protected override (Tensor B, Tensor C, Tensor D) System(TorchPass pass, Tensor lambda, Tensor sigma)
    {
        var u = new TorchContraction(pass[core.U].to(ScalarType.Float64));
        var v = new TorchContraction(pass[core.V].to(ScalarType.Float64).transpose(0, 1)); // of V^T
        var w = new TorchContraction(pass[core.W].to(ScalarType.Float64));
        var rest = v.Remainder(u.Remainder(w.Value).transpose(0, 1)).transpose(0, 1);
        var through = v.Value.transpose(0, 1).mm(MultiplyTransposedPoles(lambda, u.Value));
        return (core.Gain * sigma * u.Value, (sigma * v.Value).transpose(0, 1), core.Gain * (rest - through));
    }
}
