using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="S4"/>: with the step size s, <c>a = 2 / s</c> and <c>G = 1 / (a - Lambda)</c>, the state matrix of a time step is the
/// diagonal <c>F = 2 a G - 1</c> plus a matrix of rank one. The kernel of the convolution is the impulse response of that system.
/// </summary>
internal sealed class TorchS4(S4 s4) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        Tensor p = TorchPoles.Complex(pass[s4.P]), b = TorchPoles.Complex(pass[s4.B]);
        var a = 2 * (-pass[s4.LogStep].to(ScalarType.Float64)).exp().unsqueeze(1);
        var g = (a - TorchPoles.Lambda(pass, s4.LambdaReLog, s4.LambdaIm)).reciprocal();
        // w = 1 / (1 + P^* G P), and product = P^* 2 G B. Sums over all states are twice the real part of the sum over those that are
        // stored, because each stored state stands for itself and its conjugate.
        var w = 1 / (1 + 2 * ((p * p.conj()).real * g.real).sum([1], keepdim: true));
        var product = 4 * (p.conj() * g * b).real.sum([1], keepdim: true);
        Tensor[] c = [.. s4.C.Select(c => 2 * TorchPoles.Complex(pass[c]))];
        var responses = RankOneResponse.Of(2 * a * g - 1, g * p, 4 * a * w * p.conj() * g, 2 * g * b - w * product * g * p, c, pass.Length);
        return TorchConvolution.Forward(pass, s4, input, responses);
    }
}
