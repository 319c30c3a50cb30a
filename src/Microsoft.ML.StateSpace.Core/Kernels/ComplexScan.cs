namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>
/// The diagonal complex recurrence <c>x_t = lambda x_{t-1} + v_t</c> of one sequence. A row of states is two planes, (2, N): all real parts, then all imaginary ones.
/// </summary>
internal static class ComplexScan
{
    /// <summary>
    /// Replaces v by x, from a zero state: first row to last, or last to first when <paramref name="reverse"/>.
    /// </summary>
    /// <param name="lambda">The poles, (2, N).</param>
    /// <param name="rows">In: v, (length, 2, N). Out: x.</param>
    /// <param name="reverse">Whether time runs backwards.</param>
    public static void Forward(ReadOnlySpan<float> lambda, Span<float> rows, bool reverse)
    {
        int width = lambda.Length, states = width / 2, length = rows.Length / width;
        for (int i = 1; i < length; i++)
        {
            int t = reverse ? length - 1 - i : i, before = reverse ? t + 1 : t - 1;
            for (int n = 0; n < states; n++)
            {
                float re = rows[before * width + n], im = rows[before * width + states + n];
                rows[t * width + n] += lambda[n] * re - lambda[states + n] * im;
                rows[t * width + states + n] += lambda[n] * im + lambda[states + n] * re;
            }
        }
    }

    /// <summary>
    /// The gradient of <see cref="Forward"/>: replaces the gradient of x by <c>s_t = g_t + conj(lambda) s_{t+1}</c>, which is the gradient of v,
    /// and adds <c>sum_t s_t conj(x_{t-1})</c> to that of lambda. Complex gradients are (d/d Re, d/d Im).
    /// </summary>
    /// <param name="lambda">The poles, (2, N).</param>
    /// <param name="states">x as Forward left it, (length, 2, N).</param>
    /// <param name="rows">In: the gradient of x, (length, 2, N). Out: the gradient of v.</param>
    /// <param name="lambdaGradient">Gradient of the poles, (2, N); added to.</param>
    /// <param name="reverse">As it was in Forward.</param>
    public static void Backward(ReadOnlySpan<float> lambda, ReadOnlySpan<float> states, Span<float> rows, Span<float> lambdaGradient, bool reverse)
    {
        int width = lambda.Length, count = width / 2, length = rows.Length / width;
        for (int i = length - 1; i >= 0; i--)
        {
            int t = reverse ? length - 1 - i : i, before = reverse ? t + 1 : t - 1, after = reverse ? t - 1 : t + 1;
            for (int n = 0; n < count; n++)
            {
                if (i < length - 1)
                {
                    float re = rows[after * width + n], im = rows[after * width + count + n];
                    rows[t * width + n] += lambda[n] * re + lambda[count + n] * im;
                    rows[t * width + count + n] += lambda[n] * im - lambda[count + n] * re;
                }
                if (i > 0)
                {
                    float sRe = rows[t * width + n], sIm = rows[t * width + count + n], xRe = states[before * width + n], xIm = states[before * width + count + n];
                    lambdaGradient[n] += sRe * xRe + sIm * xIm;
                    lambdaGradient[count + n] += sIm * xRe - sRe * xIm;
                }
            }
        }
    }
}
