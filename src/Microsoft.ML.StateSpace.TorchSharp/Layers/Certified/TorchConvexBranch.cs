using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="ConvexBranch"/>: <c>y = a (gamma f(x) - x)</c>, <c>a = sigmoid(logit)</c>, gamma trained or 1.</summary>
internal sealed class TorchConvexBranch(ConvexBranch branch) : ITorchLayer
{
    private readonly ITorchLayer _inner = TorchLayers.Of(branch.Inner);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var f = _inner.Forward(pass, input);
        return ((branch.GainLog is null ? f : f * Gain(pass, branch).to(f.dtype)) - input) * pass[branch.Logit].sigmoid();
    }

    /// <summary>gamma of a branch whose gain is trained, (1), float64.</summary>
    public static Tensor Gain(TorchPass pass, ConvexBranch branch)
        => pass[branch.GainLog!].to(ScalarType.Float64).clamp(-ConvexBranch.LargestLog, ConvexBranch.LargestLog).exp();

    /// <summary>The bound of <c>(1 - a) x + a gamma f(x)</c>, (1), float64.</summary>
    public static Tensor Factor(TorchPass pass, ConvexBranch branch)
        => pass[branch.Logit].to(ScalarType.Float64).sigmoid() * (Gain(pass, branch) - 1) + 1;
}
