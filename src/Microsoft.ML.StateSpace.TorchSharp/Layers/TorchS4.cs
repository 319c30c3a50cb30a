using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="S4"/>: <c>x_{l+1} = F x_l - H m_l, m_l = Re(R x_l), K_l = Re(C x_l), x_0 = b</c>. As power series in the delay z this is
/// <c>m = beta / (1 + z eta)</c>, <c>K = kappa_b - z kappa_H m</c> with the responses of the diagonal F alone, <c>beta_l = Re(R F^l b)</c>, <c>eta_l = Re(R F^l H)</c>,
/// <c>kappa_b,l = Re(C F^l b)</c>, <c>kappa_H,l = Re(C F^l H)</c>. Series are cut where the sequence ends, so nothing wraps around, and C needs no correction
/// <c>1 - A^L</c> as the generating function at the roots of unity does.
/// </summary>
internal sealed class TorchS4(S4 s4) : ITorchLayer
{
    public Tensor Forward(TorchPass pass, Tensor input)
    {
        long length = pass.Length;
        var (poles, coupling, start, watch) = Sample(pass);
        var readOuts = s4.C.Select(c => 2 * TorchPoles.Complex(pass[c]));
        // of R, then of C in each direction: to the impulse, and to the coupling
        Tensor[] vectors = [watch, .. readOuts];
        var responses = ImpulseResponse.Of(poles, stack([.. vectors.Select(v => v * start), .. vectors.Select(v => v * coupling)], 1), length);
        Tensor free = responses.narrow(1, 0, vectors.Length), coupled = responses.narrow(1, vectors.Length, vectors.Length);
        var m = PowerSeries.Multiply(free.narrow(1, 0, 1), PowerSeries.Reciprocal(coupled.narrow(1, 0, 1)), length);
        var lost = PowerSeries.Multiply(coupled.narrow(1, 1, s4.C.Length), m, length);
        var kernels = free.narrow(1, 1, s4.C.Length) - nn.functional.pad(lost.narrow(2, 0, length - 1), [1, 0]);
        return TorchConvolution.Forward(pass, s4, input, kernels);
    }

    // F, H, b, R of each channel, (H, N) complex128.
    private (Tensor F, Tensor H, Tensor B, Tensor R) Sample(TorchPass pass)
    {
        Tensor p = TorchPoles.Complex(pass[s4.P]), b = TorchPoles.Complex(pass[s4.B]);
        var a = 2 * (-pass[s4.LogStep].to(ScalarType.Float64)).exp().unsqueeze(1);
        var g = (a - TorchPoles.Lambda(pass, s4.LambdaReLog, s4.LambdaIm)).reciprocal();
        var w = 1 / (1 + 2 * ((p * p.conj()).real * g.real).sum([1], keepdim: true));
        var coupled = 4 * (p.conj() * g * b).real.sum([1], keepdim: true);
        return (2 * a * g - 1, g * p, 2 * g * b - w * coupled * g * p, 4 * a * w * p.conj() * g);
    }
}
