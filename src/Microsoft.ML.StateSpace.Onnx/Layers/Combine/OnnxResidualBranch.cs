using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="ResidualBranch"/>: <c>post(F x + f(core(pre(x))))</c>.</summary>
internal sealed class OnnxResidualBranch(ResidualBranch branch) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var v = Maybe(branch.PreNorm, pass, input);
        v = Maybe(branch.Map, pass, OnnxLayers.Of(branch.Core).Apply(pass, v));
        return Maybe(branch.PostNorm, pass, v + Maybe(branch.Skip, pass, input));
    }

    private static Value Maybe(Layer? layer, OnnxPass pass, Value input) => layer is null ? input : OnnxLayers.Of(layer).Apply(pass, input);
}
