using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="ConvexBranch"/>: <c>y = a (f(x) - x)</c>, <c>a = sigmoid(logit)</c>.</summary>
internal sealed class TorchConvexBranch(ConvexBranch branch) : ITorchLayer
{
    private readonly ITorchLayer _inner = TorchLayers.Of(branch.Inner);

    public Tensor Forward(TorchPass pass, Tensor input) => (_inner.Forward(pass, input) - input) * pass[branch.Logit].sigmoid();
}
