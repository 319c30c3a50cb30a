using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="ComplexRgLru"/>: <c>log a_t = r_t (-8 softplus(-Lambda) + j Omega)</c>,
/// <c>h_t = a_t h_{t-1} + sqrt(1 - |a_t|^2) (i_t x_t)</c>.
/// </summary>
internal sealed class OnnxComplexRgLru(ComplexRgLru layer) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var gates = new RgLruGates(pass, layer, input);
        var phase = gates.Recurrence * pass.Constant(layer.Omega);
        Value[] factors = [gates.Size * phase.Cos(), gates.Size * phase.Sin()];
        Value[] inputs = [.. input.Split(layer.States, layer.States).Select(plane => gates.Input * plane)];
        return Value.Concat(-1, VaryingScan.Apply(pass, factors, inputs, layer.States));
    }
}
