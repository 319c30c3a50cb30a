using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="Block"/>: <c>F x + f(core(norm(x)))</c>, or with the norm behind, <c>norm(F x + f(core(x)))</c>.</summary>
internal sealed class TorchBlock(Block block) : ITorchLayer
{
    private readonly ITorchLayer? _norm = block.Norm is null ? null : TorchLayers.Of(block.Norm);
    private readonly ITorchLayer _core = TorchLayers.Of(block.Core);
    private readonly ITorchLayer? _map = block.Map is null ? null : TorchLayers.Of(block.Map);
    private readonly ITorchLayer? _skip = block.Skip is null ? null : TorchLayers.Of(block.Skip);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var v = _core.Forward(pass, _norm is not null && block.IsPre ? _norm.Forward(pass, input) : input);
        if (_map is not null)
            v = _map.Forward(pass, v);
        var sum = v + (_skip is null ? input : _skip.Forward(pass, input));
        return _norm is null || block.IsPre ? sum : _norm.Forward(pass, sum);
    }
}
