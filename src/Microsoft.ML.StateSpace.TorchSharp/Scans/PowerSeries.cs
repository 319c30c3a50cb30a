using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>
/// Sequences as power series in the delay z, (..., length) float64. Coefficients beyond the length are dropped, and products are made by
/// Fourier transforms.
/// </summary>
internal static class PowerSeries
{
    /// <summary>The first coefficients of a product, <c>sum_l a_(k - l) b_l</c>.</summary>
    public static Tensor Multiply(Tensor a, Tensor b)
    {
        long length = a.shape[^1], size = Samples(length);
        return fft.irfft(fft.rfft(a, size) * fft.rfft(b, size), size).narrow(-1, 0, length);
    }

    /// <summary>
    /// <c>sum_l a_(k + l) b_l</c>: the gradient of the other factor of a product with b, where a is the gradient of the product.
    /// </summary>
    public static Tensor Correlate(Tensor a, Tensor b)
    {
        long length = a.shape[^1], size = Samples(length);
        return fft.irfft(fft.rfft(a, size) * fft.rfft(b, size).conj(), size).narrow(-1, 0, length);
    }

    /// <summary>
    /// <c>1 / (1 + z tail)</c>, with as many coefficients as the tail has. Each step of Newton's method doubles the number of those that
    /// are known (Kung 1974).
    /// </summary>
    public static Tensor Reciprocal(Tensor tail)
    {
        long length = tail.shape[^1];
        var one = ones_like(tail.narrow(-1, 0, 1));
        Tensor series = Tensors.Join([one, tail.narrow(-1, 0, length - 1)], -1), inverse = one;
        for (long known = 1; known < length; known *= 2)
        {
            using var step = NewDisposeScope();
            long size = 2 * known;
            var spectrum = fft.rfft(inverse, size);
            // series * inverse = 1 + z^known * error. The convolution is circular, but what wraps around falls on coefficients that are
            // known already.
            var error = fft.irfft(fft.rfft(series.narrow(-1, 0, Math.Min(size, length)), size) * spectrum, size).narrow(-1, known, known);
            var next = fft.irfft(fft.rfft(error, size) * spectrum, size).narrow(-1, 0, known);
            inverse = Tensors.Join([inverse, -next], -1).MoveToOuterDisposeScope();
        }
        return inverse.narrow(-1, 0, length);
    }

    private static long Samples(long length)
    {
        long size = 1;
        while (size < 2 * length)
            size *= 2;
        return size;
    }
}
