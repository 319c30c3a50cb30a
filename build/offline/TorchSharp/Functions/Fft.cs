// Mirrors TorchSharp.torch.fft and FFTNormType.
namespace TorchSharp;

public static partial class torch
{
    public static partial class fft
    {
        public static Tensor fft_(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Op("fft_fft", input, n < 0 ? default(long?) : n, dim, Name(norm));

        public static Tensor ifft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Op("fft_ifft", input, n < 0 ? default(long?) : n, dim, Name(norm));

        public static Tensor rfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Op("fft_rfft", input, n < 0 ? default(long?) : n, dim, Name(norm));

        public static Tensor irfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Op("fft_irfft", input, n < 0 ? default(long?) : n, dim, Name(norm));

        public static Tensor hfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Op("fft_hfft", input, n < 0 ? default(long?) : n, dim, Name(norm));

        public static Tensor ihfft(Tensor input, long n = -1, long dim = -1, FFTNormType norm = FFTNormType.Backward) =>
            Op("fft_ihfft", input, n < 0 ? default(long?) : n, dim, Name(norm));

        public static Tensor fftshift(Tensor input, long[] dim = null) => Op("fft_fftshift", input, dim);

        public static Tensor ifftshift(Tensor input, long[] dim = null) => Op("fft_ifftshift", input, dim);
    }
}
