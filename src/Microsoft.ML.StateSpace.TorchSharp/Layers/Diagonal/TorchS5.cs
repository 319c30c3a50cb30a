using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="S5"/>: <c>lb = exp(z), f = s phi1(z)</c>, or bilinear <c>lb = (1 + z/2) / (1 - z/2), f = s / (1 - z/2)</c>, with <c>z = Lambda s</c>.</summary>
internal sealed class TorchS5(S5 s5) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var parameters = s5.Parameters;
        Tensor lambda = TorchPoles.Lambda(pass, parameters), step = pass[parameters.LogStep].to(ScalarType.Float64).exp();
        var (pole, factor) = TorchPoles.Discretize(s5.Discretization, lambda, step);
        return TorchDiagonal.Forward(pass, input, pole, factor, parameters.B, parameters.C, readOut: 2, s5.FeedThrough);
    }
}
