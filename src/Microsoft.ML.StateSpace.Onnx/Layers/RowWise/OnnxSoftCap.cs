using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="SoftCap"/>: <c>c tanh(f(x) / c)</c>.</summary>
internal sealed class OnnxSoftCap(SoftCap cap) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
        => (OnnxLayers.Of(cap.Inner).Apply(pass, input) / (float)cap.Cap).Tanh() * (float)cap.Cap;
}
