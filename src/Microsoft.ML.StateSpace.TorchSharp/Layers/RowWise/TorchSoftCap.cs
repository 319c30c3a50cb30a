using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="SoftCap"/>: <c>c tanh(f(x) / c)</c>.</summary>
internal sealed class TorchSoftCap(SoftCap cap) : ITorchLayer
{
    private readonly ITorchLayer _inner = TorchLayers.Of(cap.Inner);

    public Tensor Forward(TorchPass pass, Tensor input) => (_inner.Forward(pass, input) / cap.Cap).tanh() * cap.Cap;
}
