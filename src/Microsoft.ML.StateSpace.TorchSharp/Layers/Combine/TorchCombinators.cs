using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="Sequential"/>: layers one behind the other.</summary>
internal sealed class TorchSequential(Sequential sequential) : ITorchLayer
{
    private readonly ITorchLayer[] _layers = [.. sequential.Layers.Select(TorchLayers.Of)];

    public Tensor Forward(TorchPass pass, Tensor input) => _layers.Aggregate(input, (x, layer) => layer.Forward(pass, x));
}

/// <summary><see cref="GatedProduct"/>: two branches multiplied.</summary>
internal sealed class TorchGatedProduct(GatedProduct product) : ITorchLayer
{
    private readonly ITorchLayer _value = TorchLayers.Of(product.Value);
    private readonly ITorchLayer _gate = TorchLayers.Of(product.Gate);

    public Tensor Forward(TorchPass pass, Tensor input) => _value.Forward(pass, input) * _gate.Forward(pass, input);
}

/// <summary><see cref="Concat"/>: two branches side by side, the first of which may be the input itself.</summary>
internal sealed class TorchConcat(Concat concat) : ITorchLayer
{
    private readonly ITorchLayer? _first = concat.First is null ? null : TorchLayers.Of(concat.First);
    private readonly ITorchLayer _second = TorchLayers.Of(concat.Second);

    public Tensor Forward(TorchPass pass, Tensor input)
        => Tensors.Join([_first is null ? input : _first.Forward(pass, input), _second.Forward(pass, input)], -1);
}

/// <summary><see cref="Bidirectional"/>: <c>f(x) + reverse(g(reverse(x)))</c>.</summary>
internal sealed class TorchBidirectional(Bidirectional bidirectional) : ITorchLayer
{
    private readonly ITorchLayer _fromStart = TorchLayers.Of(bidirectional.FromStart);
    private readonly ITorchLayer _fromEnd = TorchLayers.Of(bidirectional.FromEnd);

    public Tensor Forward(TorchPass pass, Tensor input)
        => _fromStart.Forward(pass, input) + pass.Reverse(_fromEnd.Forward(pass.FromEnd(), pass.Reverse(input)));
}
