using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// What S4D and S4 share, <see cref="ConvolutionCore"/>: <c>y = K * u</c> by Fourier transforms, two-way with the mirrored response of the second
/// read-out. The managed engine scans where channels have few states; here the transforms do it always, for they are some ten launches whatever the
/// length and the number of states.
/// </summary>
internal static class TorchConvolution
{
    private const double MostExponent = 87; // of a float that is still finite

    /// <param name="pass">The pass.</param>
    /// <param name="core">The layer.</param>
    /// <param name="input">u, (batch, length, H).</param>
    /// <param name="responses">K of each direction without D, (H, directions, length), float64.</param>
    public static Tensor Forward(TorchPass pass, ConvolutionCore core, Tensor input, Tensor responses)
    {
        var d = pass[core.FeedThrough];
        if (core.SobolevExponent is not Parameter exponent)
            return FourierConvolution.Apply(where(pass.IsValid, input, pass.Zero), Circular(responses, d));
        // The filter depends on the number of frequencies and sees the future, so sequences of each length are by themselves.
        List<Tensor> outputs = [];
        List<int> order = [];
        foreach (var group in Enumerable.Range(0, pass.Sequences).GroupBy(pass.LengthOf))
        {
            long length = group.Key;
            var rows = tensor(group.Select(s => (long)s).ToArray(), device: pass.Device);
            var kernels = Filter(Circular(responses.narrow(2, 0, length), d), pass[exponent]);
            var y = FourierConvolution.Apply(input.index_select(0, rows).narrow(1, 0, length), kernels);
            outputs.Add(nn.functional.pad(y, [0, 0, 0, pass.Length - length]));
            order.AddRange(group);
        }
        var places = tensor(Enumerable.Range(0, pass.Sequences).Select(s => (long)order.IndexOf(s)).ToArray(), device: pass.Device);
        return Tensors.Join(outputs, 0).index_select(0, places);
    }

    // Time differences 0, 1, ..., and from the end -1, -2, ..., with D: (F, H), F the power of two from twice the length on.
    private static Tensor Circular(Tensor responses, Tensor d)
    {
        long size = responses.shape[0], length = responses.shape[2], samples = 2 * BitOperations.RoundUpToPowerOf2((uint)length);
        var now = responses.narrow(2, 0, 1).sum([1]) + d.unsqueeze(1);
        var gap = zeros([size, samples - 2 * length + 1], dtype: responses.dtype, device: responses.device);
        var past = responses.select(1, 0).narrow(1, 1, length - 1);
        var future = responses.shape[1] == 2 ? responses.select(1, 1).narrow(1, 1, length - 1).flip(1) : zeros_like(past);
        return Tensors.Join([now, past, gap, future], 1).transpose(0, 1).to(ScalarType.Float32);
    }

    // Y_j = (1 + j / F)^beta K_j U_j
    private static Tensor Filter(Tensor kernels, Tensor exponent)
    {
        long samples = kernels.shape[0];
        var logs = (arange(samples / 2 + 1, dtype: ScalarType.Float64, device: kernels.device) / samples + 1).log().to(ScalarType.Float32);
        var factors = (logs.unsqueeze(1) * exponent).clamp(-MostExponent, MostExponent).exp();
        return fft.irfft(fft.rfft(kernels, samples, 0) * factors, samples, 0);
    }
}
