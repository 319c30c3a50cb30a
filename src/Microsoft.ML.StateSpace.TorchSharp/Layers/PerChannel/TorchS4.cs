using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="S4"/>: with <c>a = 2 / s</c>, <c>G = 1 / (a - Lambda)</c> a diagonal <c>F = 2 a G - 1</c> and a rank of one, whose response is the kernel.
/// </summary>
internal sealed class TorchS4(S4 s4) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        Tensor p = TorchPoles.Complex(pass[s4.P]), b = TorchPoles.Complex(pass[s4.B]);
        var a = 2 * (-pass[s4.LogStep].to(ScalarType.Float64)).exp().unsqueeze(1);
        var g = (a - TorchPoles.Lambda(pass, s4.LambdaReLog, s4.LambdaIm)).reciprocal();
        // w = 1 / (1 + P^* G P), and P^* 2 G B, with the conjugate partners
        var w = 1 / (1 + 2 * ((p * p.conj()).real * g.real).sum([1], keepdim: true));
        var product = 4 * (p.conj() * g * b).real.sum([1], keepdim: true);
        Tensor[] c = [.. s4.C.Select(c => 2 * TorchPoles.Complex(pass[c]))];
        var responses = RankOneResponse.Of(2 * a * g - 1, g * p, 4 * a * w * p.conj() * g, 2 * g * b - w * product * g * p, c, pass.Length);
        return TorchConvolution.Forward(pass, s4, input, responses);
    }
}
