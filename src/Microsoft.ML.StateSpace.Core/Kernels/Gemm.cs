namespace Microsoft.ML.StateSpace.Kernels;

/// <summary>Matrix products over row-major matrices.</summary>
internal static class Gemm
{
    /// <summary>
    /// <c>c = op(a) op(b)</c>, or <c>c += op(a) op(b)</c> when <paramref name="accumulate"/>: op(a) is (m, k), op(b) is (k, n), c is (m, n).
    /// Every element of c is summed over k in the same order whatever m is and wherever its row stands.
    /// </summary>
    public static void Multiply(
        int m, int n, int k, ReadOnlySpan<float> a, int strideA, bool transposeA, ReadOnlySpan<float> b, int strideB, bool transposeB, Span<float> c, int strideC, bool accumulate)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = accumulate ? c[i * strideC + j] : 0;
                for (int p = 0; p < k; p++)
                    sum += (transposeA ? a[p * strideA + i] : a[i * strideA + p]) * (transposeB ? b[j * strideB + p] : b[p * strideB + j]);
                c[i * strideC + j] = sum;
            }
        }
    }
}
