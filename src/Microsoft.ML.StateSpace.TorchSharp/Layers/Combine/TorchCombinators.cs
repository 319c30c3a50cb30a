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

/// <summary><see cref="HeadOuterProduct"/>: in every head a matrix from two vectors.</summary>
internal sealed class TorchHeadOuterProduct(HeadOuterProduct product) : ITorchLayer
{
    private readonly ITorchLayer _key = TorchLayers.Of(product.Value);
    private readonly ITorchLayer _value = TorchLayers.Of(product.Gate);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        Tensor key = _key.Forward(pass, input), value = _value.Forward(pass, input);
        long size = product.HeadSize, heads = product.OutputSize / size / size;
        var left = key.reshape(pass.Sequences, pass.Length, size, 1, heads);
        return (left * value.reshape(pass.Sequences, pass.Length, 1, size, heads)).flatten(2);
    }
}

/// <summary><see cref="HeadInnerProduct"/>: in every head a vector from a query and a matrix.</summary>
internal sealed class TorchHeadInnerProduct(HeadInnerProduct product) : ITorchLayer
{
    private readonly ITorchLayer _memory = TorchLayers.Of(product.Value);
    private readonly ITorchLayer _query = TorchLayers.Of(product.Gate);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        Tensor memory = _memory.Forward(pass, input), query = _query.Forward(pass, input);
        long size = product.HeadSize, heads = product.OutputSize / size;
        var weights = query.reshape(pass.Sequences, pass.Length, size, 1, heads);
        return (weights * memory.reshape(pass.Sequences, pass.Length, size, size, heads)).sum(2).flatten(2);
    }
}

/// <summary><see cref="HeadCore"/>: one core over several groups of channels, which stand beside one another in the batch.</summary>
internal sealed class TorchHeadCore(HeadCore layer) : ITorchLayer
{
    private readonly ITorchLayer _core = TorchLayers.Of(layer.Core);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        int groups = layer.Groups, heads = layer.Core.InputSize, sequences = pass.Sequences, length = pass.Length;
        var apart = input.reshape(sequences, length, groups, heads).transpose(1, 2).reshape(sequences * groups, length, heads);
        var output = _core.Forward(pass.Repeat(groups), apart);
        return output.reshape(sequences, groups, length, heads).transpose(1, 2).reshape(sequences, length, groups * heads);
    }
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
