using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// The circular convolution of every channel with a kernel of its own, over as many samples F as the kernels have. Six Fourier transforms
/// would do for forward and backward together. Two more are made, for the backward pass transforms inputs and kernels again: their spectra,
/// several times as large, are not kept.
/// </summary>
internal sealed class FourierConvolution : ScanFunction<FourierConvolution>
{
    /// <param name="inputs">(batch, length, H), float32; zeros follow up to F samples.</param>
    /// <param name="kernels">(F, H), float32.</param>
    /// <returns>The first samples, (batch, length, H).</returns>
    public static Tensor Apply(Tensor inputs, Tensor kernels) => apply(inputs, kernels);

    protected override (Tensor Output, List<Tensor> Saved) Compute(autograd.AutogradContext context, object[] arguments)
    {
        Tensor inputs = (Tensor)arguments[0], kernels = (Tensor)arguments[1];
        long length = inputs.shape[1], size = kernels.shape[0];
        var outputs = fft.irfft(fft.rfft(inputs, size, 1) * fft.rfft(kernels, size, 0), size, 1).narrow(1, 0, length).contiguous();
        return (outputs, [inputs, kernels]);
    }

    protected override Tensor?[] Gradients(autograd.AutogradContext context, List<Tensor> saved, Tensor outputGradient)
    {
        Tensor inputs = saved[0], kernels = saved[1];
        long length = inputs.shape[1], size = kernels.shape[0];
        var spectrum = fft.rfft(outputGradient, size, 1);
        var kernelGradient = fft.irfft((spectrum * fft.rfft(inputs, size, 1).conj()).sum([0]), size, 0);
        var inputGradient = fft.irfft(spectrum * fft.rfft(kernels, size, 0).conj(), size, 1).narrow(1, 0, length).contiguous();
        return [inputGradient, kernelGradient];
    }
}
