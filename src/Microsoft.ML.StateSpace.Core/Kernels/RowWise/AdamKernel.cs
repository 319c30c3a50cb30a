using System.Runtime.CompilerServices;

namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>One AdamW step (Loshchilov and Hutter 2019, algorithm 2, arXiv:1711.05101) over a span of parameters.</summary>
internal static unsafe class AdamKernel
{
    /// <summary>
    /// With <c>g = gradientScale * gradient</c>: <c>m = beta1 m + (1 - beta1) g</c>, <c>v = beta2 v + (1 - beta2) g^2</c>,
    /// <c>p -= rate (m / correction1 / (sqrt(v / correction2) + epsilon) + decay p)</c>.
    /// </summary>
    /// <param name="values">The parameters p.</param>
    /// <param name="gradients">Their gradients, before <paramref name="gradientScale"/>.</param>
    /// <param name="first">The first moment m.</param>
    /// <param name="second">The second moment v.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="decay">Weight decay, decoupled from the gradient.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="epsilon">Added to the root of the second moment.</param>
    /// <param name="correction1"><c>1 - beta1^step</c>.</param>
    /// <param name="correction2"><c>1 - beta2^step</c>.</param>
    /// <param name="gradientScale">1, or less where the gradients are clipped.</param>
    public static void Update(
        Span<float> values, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second,
        float rate, float decay, float beta1, float beta2, float epsilon, float correction1, float correction2, float gradientScale)
    {
        int length = values.Length;
        fixed (float* p = values, g = gradients[..length], m = first[..length], v = second[..length])
        {
            Elements.Run(
                new UpdateKernel(p, g, m, v, rate / correction1, rate * decay, beta1, beta2, epsilon, 1 / correction2, gradientScale),
                length);
        }
    }

    // The corrections are divided out beforehand. That leaves one root and one division for every parameter.
    private readonly struct UpdateKernel(
        float* values, float* gradients, float* first, float* second,
        float rate, float decay, float beta1, float beta2, float epsilon, float inverse2, float gradientScale) : IElementKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<TLane, TVector>(int i)
            where TLane : ILane<TVector>
            where TVector : struct
        {
            TVector g = TLane.Multiply(TLane.Load(gradients + i), TLane.Broadcast(gradientScale)), p = TLane.Load(values + i);
            TVector m = TLane.MultiplyAdd(TLane.Broadcast(beta1), TLane.Load(first + i), TLane.Multiply(TLane.Broadcast(1 - beta1), g));
            TVector v = TLane.MultiplyAdd(
                TLane.Broadcast(beta2), TLane.Load(second + i), TLane.Multiply(TLane.Multiply(TLane.Broadcast(1 - beta2), g), g));
            TVector root = TLane.Add(TLane.Sqrt(TLane.Multiply(v, TLane.Broadcast(inverse2))), TLane.Broadcast(epsilon));
            TVector change = TLane.MultiplyAdd(TLane.Broadcast(decay), p, TLane.Divide(TLane.Multiply(TLane.Broadcast(rate), m), root));
            TLane.Store(first + i, m);
            TLane.Store(second + i, v);
            TLane.Store(values + i, TLane.Subtract(p, change));
        }
    }
}
