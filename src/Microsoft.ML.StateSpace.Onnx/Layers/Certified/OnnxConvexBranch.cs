using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="ConvexBranch"/>: <c>y = a (gamma f(x) - x)</c>.</summary>
internal sealed class OnnxConvexBranch(ConvexBranch branch) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var f = OnnxLayers.Of(branch.Inner).Apply(pass, input);
        if (branch.GainLog is not null)
            f *= (float)branch.Gain(pass.Values);
        return (f - input) * (float)branch.Share(pass.Values);
    }
}
