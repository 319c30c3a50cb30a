using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="ResidualBranch"/>: <c>F x + f(core(norm(x)))</c>, or with the norm behind, <c>norm(F x + f(core(x)))</c>.</summary>
internal sealed class TorchResidualBranch(ResidualBranch branch) : ITorchLayer
{
    private readonly ITorchLayer? _norm = branch.Norm is null ? null : TorchLayers.Of(branch.Norm);
    private readonly ITorchLayer _core = TorchLayers.Of(branch.Core);
    private readonly ITorchLayer? _map = branch.Map is null ? null : TorchLayers.Of(branch.Map);
    private readonly ITorchLayer? _skip = branch.Skip is null ? null : TorchLayers.Of(branch.Skip);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var v = _core.Forward(pass, _norm is not null && branch.IsPre ? _norm.Forward(pass, input) : input);
        if (_map is not null)
            v = _map.Forward(pass, v);
        var sum = v + (_skip is null ? input : _skip.Forward(pass, input));
        return _norm is null || branch.IsPre ? sum : _norm.Forward(pass, sum);
    }
}
