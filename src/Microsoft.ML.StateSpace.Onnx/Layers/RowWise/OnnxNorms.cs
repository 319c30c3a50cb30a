using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="LayerNorm"/>.</summary>
internal sealed class OnnxLayerNorm(LayerNorm norm) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
        => pass.Graph.Node(
            "LayerNormalization", [("axis", -1L), ("epsilon", (float)norm.Epsilon)],
            input, pass.Constant(norm.Scale), pass.Constant(norm.Bias));
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
        => input / ((input * input).Mean(-1, keep: true) + (float)norm.Epsilon).Sqrt() * pass.Constant(norm.Scale);
}
