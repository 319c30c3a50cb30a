using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// The circular convolution of every channel with a kernel of its own, over as many samples F as the kernels have: six Fourier transforms for forward and
/// backward together would do; two more, of input and kernels, save keeping their spectra, which are several times as large.
/// </summary>
internal sealed class FourierConvolution : autograd.SingleTensorFunction<FourierConvolution>
{
    public override string Name => nameof(FourierConvolution);

    /// <param name="inputs">(batch, length, H), float32; zeros follow up to F samples.</param>
    /// <param name="kernels">(F, H), float32.</param>
    /// <returns>The first samples, (batch, length, H).</returns>
    public static Tensor Apply(Tensor inputs, Tensor kernels) => apply(inputs, kernels);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        Tensor inputs = (Tensor)vars[0], kernels = (Tensor)vars[1];
        long length = inputs.shape[1], size = kernels.shape[0];
        var outputs = fft.irfft(fft.rfft(inputs, size, 1) * fft.rfft(kernels, size, 0), size, 1).narrow(1, 0, length).contiguous();
        ctx.save_for_backward([inputs, kernels]);
        return outputs.MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        Tensor inputs = saved[0], kernels = saved[1];
        long length = inputs.shape[1], size = kernels.shape[0];
        var spectrum = fft.rfft(grad_output, size, 1);
        var kernelGradient = fft.irfft((spectrum * fft.rfft(inputs, size, 1).conj()).sum([0]), size, 0);
        var inputGradient = fft.irfft(spectrum * fft.rfft(kernels, size, 0).conj(), size, 1).narrow(1, 0, length).contiguous();
        return [inputGradient.MoveToOuterDisposeScope(), kernelGradient.MoveToOuterDisposeScope()];
    }
}
