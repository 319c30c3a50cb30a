using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="ResidualBranch"/>: <c>post(F x + f(core(pre(x))))</c>.</summary>
internal sealed class TorchResidualBranch(ResidualBranch branch) : ITorchLayer
{
    private readonly ITorchLayer? _preNorm = branch.PreNorm is null ? null : TorchLayers.Of(branch.PreNorm);
    private readonly ITorchLayer _core = TorchLayers.Of(branch.Core);
    private readonly ITorchLayer? _map = branch.Map is null ? null : TorchLayers.Of(branch.Map);
    private readonly ITorchLayer? _postNorm = branch.PostNorm is null ? null : TorchLayers.Of(branch.PostNorm);
    private readonly ITorchLayer? _skip = branch.Skip is null ? null : TorchLayers.Of(branch.Skip);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var v = _core.Forward(pass, _preNorm is null ? input : _preNorm.Forward(pass, input));
        if (_map is not null)
            v = _map.Forward(pass, v);
        var sum = v + (_skip is null ? input : _skip.Forward(pass, input));
        return _postNorm is null ? sum : _postNorm.Forward(pass, sum);
    }
}
