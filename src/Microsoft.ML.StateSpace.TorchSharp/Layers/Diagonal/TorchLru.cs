using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="Lru"/>: <c>lambda = exp(-exp(nu) + i exp(theta))</c>, the input scaled by gamma.</summary>
internal sealed class TorchLru(Lru lru) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var nu = pass[lru.NuLog].to(ScalarType.Float64).exp().clamp_min(Lru.LeastNu);
        var theta = pass[lru.ThetaLog].to(ScalarType.Float64).exp();
        var gamma = lru.Normalization switch
        {
            LruNormalization.Trainable => pass[lru.GammaLog!].to(ScalarType.Float64).exp(),
            LruNormalization.TiedStatic => -(-nu).expm1(),
            _ => (-(-2 * nu).expm1()).sqrt(),
        };
        return TorchDiagonal.Forward(pass, input, polar((-nu).exp(), theta), gamma, lru.B, lru.C, lru.ReadOutFactor, lru);
    }
}
