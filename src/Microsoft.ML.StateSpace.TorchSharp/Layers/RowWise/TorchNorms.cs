using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="LayerNorm"/>.</summary>
internal sealed class TorchLayerNorm(LayerNorm norm) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
        => nn.functional.layer_norm(input, [norm.InputSize], pass[norm.Scale], pass[norm.Bias], norm.Epsilon);
}

/// <summary><see cref="Affine"/>.</summary>
internal sealed class TorchAffine(Affine affine) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input) => input * pass[affine.Scale] + pass[affine.Bias];
}

/// <summary><see cref="RmsNorm"/>.</summary>
internal sealed class TorchRmsNorm(RmsNorm norm) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
        => input * (input.square().mean([-1], keepdim: true) + norm.Epsilon).rsqrt() * pass[norm.Scale];
}
