using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="LayerNorm"/>.</summary>
internal sealed class OnnxLayerNorm(LayerNorm norm) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        Value scale = pass.Constant(norm.Scale), bias = pass.Constant(norm.Bias);
        if (pass.Graph.OperatorSet >= 17)
            return pass.Graph.Node("LayerNormalization", [("axis", -1L), ("epsilon", norm.Epsilon)], input, scale, bias);
        var centred = input - input.Mean(-1, keep: true);
        return centred / ((centred * centred).Mean(-1, keep: true) + norm.Epsilon).Sqrt() * scale + bias;
    }
}

/// <summary><see cref="Affine"/>.</summary>
internal sealed class OnnxAffine(Affine affine) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input) => input * pass.Constant(affine.Scale) + pass.Constant(affine.Bias);
}

/// <summary><see cref="RmsNorm"/>.</summary>
internal sealed class OnnxRmsNorm(RmsNorm norm) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
        => input / ((input * input).Mean(-1, keep: true) + norm.Epsilon).Sqrt() * pass.Constant(norm.Scale);
}
