using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="RgLru"/>: <c>log a_t = -8 r_t softplus(-Lambda)</c>, <c>h_t = a_t h_{t-1} + sqrt(1 - a_t^2) (i_t x_t)</c>, where r and i are
/// gates.
/// </summary>
internal sealed class OnnxRgLru(RgLru layer) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var gates = new RgLruGates(pass, layer, input);
        return VaryingScan.Apply(pass, new(gates.Size), new(gates.Input * input), layer.States).Re;
    }
}
