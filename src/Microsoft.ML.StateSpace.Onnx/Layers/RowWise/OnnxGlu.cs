using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary>
/// <see cref="Glu"/>: the position-wise map behind a core, whose output is v, with <c>w = gelu(v)</c> and <c>s = sigmoid(W2 w + b2)</c>.
/// </summary>
internal sealed class OnnxGlu(Glu glu) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var w = OnnxActivation.Apply(glu.Gelu, input);
        if (glu.Gate is null)
            return w;
        var s = new OnnxLinear(glu.Gate).Apply(pass, w).Sigmoid();
        var value = glu.Kind switch
        {
            Nonlinearity.FullGlu => new OnnxLinear(glu.Value!).Apply(pass, w),
            Nonlinearity.HalfGlu1 => w,
            _ => input,
        };
        return value * s;
    }
}
