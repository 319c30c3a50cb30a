using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="Sequential"/>: layers one behind the other.</summary>
internal sealed class OnnxSequential(Sequential sequential) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
        => sequential.Layers.Aggregate(input, (x, layer) => OnnxLayers.Of(layer).Apply(pass, x));
}

/// <summary><see cref="GatedProduct"/>: two branches multiplied.</summary>
internal sealed class OnnxGatedProduct(GatedProduct product) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
        => OnnxLayers.Of(product.Value).Apply(pass, input) * OnnxLayers.Of(product.Gate).Apply(pass, input);
}

/// <summary><see cref="HeadOuterProduct"/>: in every head a matrix from two vectors.</summary>
internal sealed class OnnxHeadOuterProduct(HeadOuterProduct product) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        Value key = OnnxLayers.Of(product.Value).Apply(pass, input), value = OnnxLayers.Of(product.Gate).Apply(pass, input);
        long size = product.HeadSize, heads = product.OutputSize / size / size;
        var matrix = pass.Fold(key, size, 1, heads) * pass.Fold(value, 1, size, heads);
        return pass.Flatten(matrix, product.OutputSize);
    }
}

/// <summary><see cref="HeadInnerProduct"/>: in every head a vector from a query and a matrix.</summary>
internal sealed class OnnxHeadInnerProduct(HeadInnerProduct product) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        Value memory = OnnxLayers.Of(product.Value).Apply(pass, input), query = OnnxLayers.Of(product.Gate).Apply(pass, input);
        long size = product.HeadSize, heads = product.OutputSize / size;
        var products = pass.Fold(query, size, 1, heads) * pass.Fold(memory, size, size, heads);
        return pass.Flatten(products.Sum(-3), product.OutputSize);
    }
}

/// <summary><see cref="HeadCore"/>: one core over several groups of channels, which stand beside one another in the batch.</summary>
internal sealed class OnnxHeadCore(HeadCore layer) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        int groups = layer.Groups, size = layer.Core.InputSize;
        var core = OnnxLayers.Of(layer.Core);
        var repeated = pass.Repeat(groups);
        if (pass.IsStep)
            return core.Apply(repeated, input.Reshape(-1, size)).Reshape(-1, groups * size);
        var folded = pass.Fold(input, groups, size).Transpose(0, 2, 1, 3);
        // (batch, groups, length, size), once with the first two axes as one, and back.
        var apart = folded.Shape();
        var shape = Value.Concat(0, pass.Graph.Constant([-1L]), apart.Slice(0, 2));
        return pass.Flatten(core.Apply(repeated, folded.Reshape(shape)).Reshape(apart).Transpose(0, 2, 1, 3), groups * size);
    }
}

/// <summary><see cref="Concat"/>: two branches side by side, the first of which may be the input itself.</summary>
internal sealed class OnnxConcat(Concat concat) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var first = concat.First is null ? input : OnnxLayers.Of(concat.First).Apply(pass, input);
        return Value.Concat(-1, first, OnnxLayers.Of(concat.Second).Apply(pass, input));
    }
}

/// <summary><see cref="Bidirectional"/>: <c>f(x) + reverse(g(reverse(x)))</c>.</summary>
internal sealed class OnnxBidirectional(Bidirectional bidirectional) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
        => OnnxLayers.Of(bidirectional.FromStart).Apply(pass, input)
            + pass.Reverse(OnnxLayers.Of(bidirectional.FromEnd).Apply(pass.FromEnd(), pass.Reverse(input)));
}
