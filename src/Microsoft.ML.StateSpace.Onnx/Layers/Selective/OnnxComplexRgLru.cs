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
        Planes factors = new(gates.Size * phase.Cos(), gates.Size * phase.Sin());
        var inputs = Planes.Split(input, layer.States).Each(plane => gates.Input * plane);
        return VaryingScan.Apply(pass, factors, inputs, layer.States).Joined;
    }
}
