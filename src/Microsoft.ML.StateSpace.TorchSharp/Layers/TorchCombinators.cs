using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="Chain"/>: layers one behind the other.</summary>
internal sealed class TorchChain(Chain chain) : ITorchLayer
{
    private readonly ITorchLayer[] _layers = [.. chain.Layers.Select(TorchLayers.Of)];

    public Tensor Forward(TorchPass pass, Tensor input) => _layers.Aggregate(input, (x, layer) => layer.Forward(pass, x));
}

/// <summary><see cref="Gated"/>: two branches multiplied.</summary>
internal sealed class TorchGated(Gated gated) : ITorchLayer
{
    private readonly ITorchLayer _value = TorchLayers.Of(gated.Value);
    private readonly ITorchLayer _gate = TorchLayers.Of(gated.Gate);

    public Tensor Forward(TorchPass pass, Tensor input) => _value.Forward(pass, input) * _gate.Forward(pass, input);
}

/// <summary><see cref="Beside"/>: two branches side by side, the first of which may be the input itself.</summary>
internal sealed class TorchBeside(Beside beside) : ITorchLayer
{
    private readonly ITorchLayer? _first = beside.First is null ? null : TorchLayers.Of(beside.First);
    private readonly ITorchLayer _second = TorchLayers.Of(beside.Second);

    public Tensor Forward(TorchPass pass, Tensor input) => cat([_first is null ? input : _first.Forward(pass, input), _second.Forward(pass, input)], -1);
}

/// <summary><see cref="TwoWay"/>: <c>f(x) + reverse(g(reverse(x)))</c>.</summary>
internal sealed class TorchTwoWay(TwoWay twoWay) : ITorchLayer
{
    private readonly ITorchLayer _fromStart = TorchLayers.Of(twoWay.FromStart);
    private readonly ITorchLayer _fromEnd = TorchLayers.Of(twoWay.FromEnd);

    public Tensor Forward(TorchPass pass, Tensor input) => _fromStart.Forward(pass, input) + pass.Reverse(_fromEnd.Forward(pass, pass.Reverse(input)));
}
