namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>One AdamW step (Loshchilov and Hutter 2019, algorithm 2, arXiv:1711.05101) over a span of parameters.</summary>
internal static class AdamKernel
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
        for (int i = 0; i < values.Length; i++)
        {
            float g = gradients[i] * gradientScale;
            first[i] = beta1 * first[i] + (1 - beta1) * g;
            second[i] = beta2 * second[i] + (1 - beta2) * g * g;
            values[i] -= rate * (first[i] / correction1 / (MathF.Sqrt(second[i] / correction2) + epsilon) + decay * values[i]);
        }
    }
}
