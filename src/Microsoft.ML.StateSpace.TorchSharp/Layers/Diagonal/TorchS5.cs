using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="S5"/>: with the step size s and <c>z = Lambda s</c>, the pole is <c>lb = exp(z)</c> and the factor of the input
/// <c>f = s phi1(z)</c>; with the bilinear map <c>lb = (1 + z/2) / (1 - z/2)</c> and <c>f = s / (1 - z/2)</c>.
/// </summary>
internal sealed class TorchS5(S5 s5) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var parameters = s5.Parameters;
        Tensor lambda = TorchPoles.Lambda(pass, parameters), step = pass[parameters.LogStep].to(ScalarType.Float64).exp();
        var (pole, factor) = TorchPoles.Discretize(s5.Discretization, lambda, step);
        return TorchDiagonal.Forward(pass, input, pole, factor, parameters.B, parameters.C, readOut: 2, s5);
    }
}
