using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// Products of the spectra of a group of channels, in the layout of <see cref="Fourier"/>. The real frequencies 0 and M share a place.
/// </summary>
internal static unsafe class Spectrum
{
    private const int Group = ChunkLayout.Group, Point = 2 * Group;

    /// <summary><c>z = z k</c>, or <c>z = z conj(k)</c> with <paramref name="conjugate"/>.</summary>
    public static void Multiply(int half, ReadOnlySpan<float> k, bool conjugate, int channels, Span<float> z)
    {
        fixed (float* pk = k, pz = z)
            Elements.Run(new Product(half, pz, pk, conjugate ? -1 : 1, pz, accumulate: false), channels);
    }

    /// <summary><c>sum += x conj(y)</c>.</summary>
    public static void AddProduct(int half, ReadOnlySpan<float> x, ReadOnlySpan<float> y, int channels, Span<float> sum)
    {
        fixed (float* px = x, py = y, ps = sum)
            Elements.Run(new Product(half, px, py, -1, ps, accumulate: true), channels);
    }

    /// <summary><c>z += conj(x)</c>, where conj(x) is the spectrum of the signal mirrored in time.</summary>
    public static void AddConjugate(int half, ReadOnlySpan<float> x, int channels, Span<float> z)
    {
        fixed (float* px = x, pz = z)
            Elements.Run(new ConjugateSum(half, px, pz), channels);
    }

    /// <summary>
    /// The Sobolev filter <c>z_j = (1 + j / 2M)^beta z_j</c>, with one beta a channel (Yu et al. 2025, arXiv:2410.02035, section 4).
    /// </summary>
    public static void Filter(FourierPlan plan, ReadOnlySpan<float> exponents, Span<float> spectrum)
    {
        fixed (float* logs = plan.LogFrequencies, beta = exponents, z = spectrum)
        fixed (int* places = plan.Places)
            Elements.Run(new SobolevFilter(plan.Half, logs, places, beta, z), exponents.Length);
    }

    /// <summary>
    /// Adds to the gradient of beta, given the filtered kernel's spectrum and the gradient of that spectrum:
    /// <c>sum_j Re(conj(gradient_j) kernel_j) ln(1 + j / 2M) / 2M</c> over all 2M frequencies.
    /// </summary>
    public static void FilterGradient(
        FourierPlan plan, ReadOnlySpan<float> kernel, ReadOnlySpan<float> gradient, Span<float> exponentGradient)
    {
        fixed (float* logs = plan.LogFrequencies, k = kernel, g = gradient, beta = exponentGradient)
        fixed (int* places = plan.Places)
            Elements.Run(new SobolevGradient(plan.Half, logs, places, k, g, beta), exponentGradient.Length);
    }

    private readonly struct Product(int half, float* x, float* y, float sign, float* to, bool accumulate) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector s = TLane.Broadcast(sign);
            float* a = x + i, b = y + i, c = to + i;
            for (int place = 0; place < half; place++, a += Point, b += Point, c += Point)
            {
                TVector ar = TLane.Load(a), ai = TLane.Load(a + Group), br = TLane.Load(b), bi = TLane.Load(b + Group);
                TVector re = accumulate ? TLane.Load(c) : default, im = accumulate ? TLane.Load(c + Group) : default;
                if (place == 0)
                {
                    re = TLane.MultiplyAdd(ar, br, re);
                    im = TLane.MultiplyAdd(ai, bi, im);
                }
                else
                {
                    bi = TLane.Multiply(s, bi);
                    re = TLane.MultiplySubtract(ai, bi, TLane.MultiplyAdd(ar, br, re));
                    im = TLane.MultiplyAdd(ai, br, TLane.MultiplyAdd(ar, bi, im));
                }
                TLane.Store(c, re);
                TLane.Store(c + Group, im);
            }
        }
    }

    private readonly struct ConjugateSum(int half, float* x, float* z) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            float* a = x + i, c = z + i;
            for (int place = 0; place < half; place++, a += Point, c += Point)
            {
                TVector im = TLane.Load(c + Group), other = TLane.Load(a + Group);
                TLane.Store(c, TLane.Add(TLane.Load(c), TLane.Load(a)));
                TLane.Store(c + Group, place == 0 ? TLane.Add(im, other) : TLane.Subtract(im, other));
            }
        }
    }

    private readonly struct SobolevFilter(int half, float* logs, int* places, float* beta, float* z) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector b = TLane.Load(beta + i);
            for (int k = 0; k < half; k++)
            {
                float* x = z + (nint)places[k] * Point + i;
                TVector factor = Factor<TLane, TVector>(b, logs[k]);
                TLane.Store(x, TLane.Multiply(factor, TLane.Load(x)));
                TLane.Store(x + Group, TLane.Multiply(k == 0 ? Factor<TLane, TVector>(b, logs[half]) : factor, TLane.Load(x + Group)));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Factor<TLane, TVector>(TVector exponent, float log)
            where TLane : ILane<TVector>
            where TVector : struct
            => LaneMath.Exp<TLane, TVector>(
                TLane.Clamp(TLane.Multiply(exponent, TLane.Broadcast(log)), -LaneMath.ExpLimit, LaneMath.ExpLimit));
    }

    private readonly struct SobolevGradient(
        int half, float* logs, int* places, float* kernel, float* gradient, float* betaGradient) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            // The filter does not change frequency 0. Frequency M occurs once among the 2M frequencies, those between occur twice.
            TVector sum = TLane.Multiply(
                TLane.Broadcast(0.5f * logs[half]), TLane.Multiply(TLane.Load(kernel + i + Group), TLane.Load(gradient + i + Group)));
            for (int k = 1; k < half; k++)
            {
                nint at = (nint)places[k] * Point + i;
                TVector product = TLane.Multiply(TLane.Load(kernel + at), TLane.Load(gradient + at));
                product = TLane.MultiplyAdd(TLane.Load(kernel + at + Group), TLane.Load(gradient + at + Group), product);
                sum = TLane.MultiplyAdd(TLane.Broadcast(logs[k]), product, sum);
            }
            TLane.Store(betaGradient + i, TLane.MultiplyAdd(TLane.Broadcast(1f / half), sum, TLane.Load(betaGradient + i)));
        }
    }
}
