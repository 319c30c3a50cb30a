using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="PairDecoder"/>: (pairs, 2 pooled), p and q side by side, to (pairs, outputs).</summary>
internal sealed class TorchPairDecoder(PairDecoder decoder) : ITorchLayer
{
    private readonly ITorchLayer _hidden = TorchLayers.Of(decoder.Hidden);
    private readonly ITorchLayer _output = TorchLayers.Of(decoder.Output);

    public Tensor Forward(TorchPass pass, Tensor input)
    {
        int pooled = decoder.InputSize / 2;
        Tensor p = input.narrow(-1, 0, pooled), q = input.narrow(-1, pooled, pooled);
        return _output.Forward(pass, TorchActivation.Gelu(_hidden.Forward(pass, Tensors.Join([p, q, p - q, p * q], -1))));
    }
}
