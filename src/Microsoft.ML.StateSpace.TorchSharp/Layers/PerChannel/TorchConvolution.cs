using System.Numerics;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Torch.Models;
using Microsoft.ML.StateSpace.Torch.Scans;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// What S4D and S4 share, <see cref="ConvolutionCore"/>: the convolution <c>y = K * u</c> by Fourier transforms. A bidirectional core adds
/// the response of its second read-out, mirrored in time. Where channels have few states the managed engine scans instead; here it is
/// always the transforms, since they take about ten launches whatever the length and the number of states.
/// </summary>
internal static class TorchConvolution
{
    private const double MostExponent = 87; // exp of a larger number is no finite float.

    /// <param name="pass">The pass.</param>
    /// <param name="core">The layer.</param>
    /// <param name="input">u, (batch, length, H).</param>
    /// <param name="responses">K of each direction without D, (H, directions, length), float64.</param>
    public static Tensor Forward(TorchPass pass, ConvolutionCore core, Tensor input, Tensor responses)
    {
        var d = pass[core.FeedThrough];
        if (core.SobolevExponent is not Parameter exponent)
            return FourierConvolution.Apply(where(pass.IsValid, input, pass.Zero), Circular(responses, d));
        // The filter depends on the number of frequencies, and so on the length, and it sees the future, where padding must not be. So
        // sequences of each length are filtered by themselves.
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

    // The kernel with D as a circular convolution takes it, (F, H): time differences 0, 1, ... from the start, and -1, -2, ... from the
    // end. F is the least power of two that is at least twice the length.
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
