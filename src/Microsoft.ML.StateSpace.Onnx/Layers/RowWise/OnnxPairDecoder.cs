using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="PairDecoder"/>: (pairs, 2 pooled), p and q side by side, to (pairs, outputs).</summary>
internal sealed class OnnxPairDecoder(PairDecoder decoder) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        int pooled = decoder.InputSize / 2;
        Value p = input.Slice(-1, 0, pooled), q = input.Slice(-1, pooled);
        var hidden = new OnnxLinear(decoder.Hidden).Apply(pass, Value.Concat(-1, p, q, p - q, p * q));
        return new OnnxLinear(decoder.Output).Apply(pass, OnnxActivation.Gelu(hidden));
    }
}
