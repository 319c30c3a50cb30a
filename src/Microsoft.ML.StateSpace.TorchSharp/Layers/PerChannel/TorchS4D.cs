using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary><see cref="S4D"/>: <c>K_l = Re sum_n c_n lb_n^l</c> with <c>c = 2 C f B</c>.</summary>
internal sealed class TorchS4D(S4D s4d) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        var parameters = s4d.Parameters;
        var lambda = TorchPoles.Lambda(pass, parameters.LambdaReLog, parameters.LambdaIm);
        var step = pass[parameters.LogStep].to(ScalarType.Float64).exp().unsqueeze(1);
        var (poles, factor) = TorchPoles.Discretize(s4d.Discretization, lambda, step);
        if (parameters.InputVector is not null)
            factor = factor * TorchPoles.Complex(pass[parameters.InputVector]);
        var readOuts = stack([.. parameters.C.Select(c => 2 * factor * TorchPoles.Complex(pass[c]))], 1);
        return TorchConvolution.Forward(pass, s4d, input, ImpulseResponse.Of(poles, readOuts, pass.Length));
    }
}
