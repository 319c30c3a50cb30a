using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Scans;

/// <summary>Sequences as power series in the delay z, (..., length) float64, cut behind the last coefficient; products by Fourier transforms.</summary>
internal static class PowerSeries
{
    /// <summary>The first coefficients of a product.</summary>
    public static Tensor Multiply(Tensor a, Tensor b, long length)
    {
        long size = 1;
        while (size < a.shape[^1] + b.shape[^1])
            size *= 2;
        return fft.irfft(fft.rfft(a, size) * fft.rfft(b, size), size).narrow(-1, 0, length);
    }

    /// <summary><c>1 / (1 + z tail)</c>, as long as the tail: each step of Newton's doubles the coefficients that are right (Kung 1974).</summary>
    public static Tensor Reciprocal(Tensor tail)
    {
        long length = tail.shape[^1];
        var one = ones_like(tail.narrow(-1, 0, 1));
        Tensor series = cat([one, tail.narrow(-1, 0, length - 1)], -1), inverse = one;
        for (long known = 1; known < length; known *= 2)
        {
            long next = Math.Min(2 * known, length), added = next - known;
            // series inverse = 1 + z^known error
            var error = Multiply(series.narrow(-1, 0, next), inverse, next).narrow(-1, known, added);
            inverse = cat([inverse, -Multiply(inverse, error, added)], -1);
        }
        return inverse;
    }
}
