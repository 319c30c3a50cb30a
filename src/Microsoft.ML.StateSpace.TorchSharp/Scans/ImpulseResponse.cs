using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// The impulse response <c>K_l = Re sum_n c_n a_n^l</c> of every channel, in double. With <c>l = Q p + q</c> it is
/// <c>a^l = a^(Q p) a^q</c>, which makes it one real matrix product for each channel, and no tensor is as large as channels, states and
/// time steps together.
/// </summary>
internal static class ImpulseResponse
{
    /// <param name="poles">a, (H, N), complex128.</param>
    /// <param name="readOuts">c, (H, K, N), complex128.</param>
    /// <param name="length">Time steps.</param>
    /// <returns>(H, K, length), float64.</returns>
    public static Tensor Of(Tensor poles, Tensor readOuts, long length)
    {
        long within = 1, blocks = 1;
        while (within * within < length)
            within *= 2;
        while (within * blocks < length)
            blocks *= 2;
        var (steps, jump) = Powers.Of(poles, within);
        var starts = readOuts.unsqueeze(-1) * Powers.Of(jump, blocks).Powers.unsqueeze(1);
        // Re(x y) = Re x Re y - Im x Im y; (H, K blocks, 2N) (H, 2N, within)
        var left = Tensors.Join([starts.real, -starts.imag], 2).transpose(2, 3).flatten(1, 2);
        var responses = bmm(left, Tensors.Join([steps.real, steps.imag], 1));
        return responses.view(readOuts.shape[0], readOuts.shape[1], blocks * within).narrow(2, 0, length);
    }
}
