using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Onnx.Graph;
using Microsoft.ML.StateSpace.Onnx.Models;

namespace Microsoft.ML.StateSpace.Onnx.Layers;

/// <summary><see cref="ResidualBranch"/>: <c>F x + f(core(norm(x)))</c>, or with the norm behind, <c>norm(F x + f(core(x)))</c>.</summary>
internal sealed class OnnxResidualBranch(ResidualBranch branch) : IOnnxLayer
{
    public Value Apply(OnnxPass pass, Value input)
    {
        var v = Maybe(branch.IsPre ? branch.Norm : null, pass, input);
        v = Maybe(branch.Map, pass, OnnxLayers.Of(branch.Core).Apply(pass, v));
        return Maybe(branch.IsPre ? null : branch.Norm, pass, v + Maybe(branch.Skip, pass, input));
    }

    private static Value Maybe(Layer? layer, OnnxPass pass, Value input) => layer is null ? input : OnnxLayers.Of(layer).Apply(pass, input);
}
