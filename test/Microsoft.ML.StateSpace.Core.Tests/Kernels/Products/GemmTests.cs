using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class GemmTests
{
    public static TheoryData<bool, bool, bool> Forms()
    {
        var forms = new TheoryData<bool, bool, bool>();
        for (int i = 0; i < 8; i++)
            forms.Add((i & 1) != 0, (i & 2) != 0, (i & 4) != 0);
        return forms;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Multiply_MatchesOracle_AtEverySizeOfOneDimension(bool transposeA, bool transposeB, bool accumulate)
    {
        for (int size = 1; size <= 70; size++)
        {
            CheckAgainstOracle(size, 19, 7, transposeA, transposeB, accumulate);
            CheckAgainstOracle(5, size, 11, transposeA, transposeB, accumulate);
            CheckAgainstOracle(13, 37, size, transposeA, transposeB, accumulate);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Multiply_MatchesOracle_BeyondOneBlock(bool transposeA, bool transposeB, bool accumulate)
    {
        CheckAgainstOracle(205, 150, 531, transposeA, transposeB, accumulate);
        CheckAgainstOracle(33, 41, 1500, transposeA, transposeB, accumulate);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Multiply_SumsEachElementInAscendingOrder(bool transposeA, bool transposeB, bool accumulate)
    {
        foreach (var (m, n, k) in new[] { (1, 1, 1), (1, 64, 64), (7, 45, 300), (12, 33, 5), (13, 32, 257), (100, 3, 64), (110, 700, 90) })
        {
            var (a, strideA, b, strideB, c, strideC) = Operands(m, n, k, transposeA, transposeB);
            float[] before = [.. c];
            Gemm.Multiply(m, n, k, a, strideA, transposeA, b, strideB, transposeB, c, strideC, accumulate);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    float sum = accumulate ? before[i * strideC + j] : 0;
                    for (int p = 0; p < k; p++)
                        sum = float.MultiplyAddEstimate(transposeA ? a[p * strideA + i] : a[i * strideA + p],
                            transposeB ? b[j * strideB + p] : b[p * strideB + j], sum);
                    c[i * strideC + j].Should().Be(sum);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Multiply_GivesARowTheSameBits_InAnyBatch(bool transposeA, bool transposeB, bool accumulate)
    {
        const int M = 119, N = 83, K = 47;
        var (a, strideA, b, strideB, c, strideC) = Operands(M, N, K, transposeA, transposeB);
        float[] whole = [.. c];
        Gemm.Multiply(M, N, K, a, strideA, transposeA, b, strideB, transposeB, whole, strideC, accumulate);
        foreach (var (first, rows) in new[] { (0, 1), (118, 1), (57, 1), (3, 5), (40, 7), (20, 12), (21, 13), (1, 100) })
        {
            float[] part = [.. c];
            Gemm.Multiply(rows, N, K, a.AsSpan(transposeA ? first : first * strideA), strideA, transposeA, b, strideB, transposeB,
                part.AsSpan(first * strideC), strideC, accumulate);
            for (int i = first; i < first + rows; i++)
                part.AsSpan(i * strideC, N).Should().BeBitwise(whole.AsSpan(i * strideC, N));
        }
    }

    [Fact]
    public void Multiply_LeavesTheGapsBetweenRowsAlone()
    {
        var (a, strideA, b, strideB, c, strideC) = Operands(9, 35, 6, false, true);
        float[] before = [.. c];
        Gemm.Multiply(9, 35, 6, a, strideA, false, b, strideB, true, c, strideC, accumulate: false);
        for (int i = 0; i < c.Length; i++)
            if (i % strideC >= 35)
                c[i].Should().Be(before[i]);
    }

    [Theory]
    [InlineData(5, 40, 3)]
    [InlineData(5, 40, 0)]
    public void Multiply_OverwritesNaN_WhenNotAccumulating(int m, int n, int k)
    {
        var c = Enumerable.Repeat(float.NaN, m * n).ToArray();
        Gemm.Multiply(m, n, k, Draw.Uniform(m * k), k, false, Draw.Uniform(k * n), n, false, c, n, accumulate: false);
        c.Should().OnlyContain(value => float.IsFinite(value));
    }

    [Theory]
    [InlineData(0, 4, 4)]
    [InlineData(4, 0, 4)]
    [InlineData(4, 4, 0)]
    public void Multiply_AccumulatesNothing_WhereASizeIsZero(int m, int n, int k)
    {
        float[] c = Draw.Uniform(16), before = [.. c];
        Gemm.Multiply(m, n, k, new float[16], 4, false, new float[16], 4, true, c, 4, accumulate: true);
        c.Should().BeBitwise(before);
    }

    [Fact]
    public void Multiply_KeepsNaNToItsRowAndColumn()
    {
        float[] a = Draw.Uniform(10 * 8), b = Draw.Uniform(8 * 21), c = new float[10 * 21];
        a[4 * 8 + 3] = float.NaN;
        Gemm.Multiply(10, 21, 8, a, 8, false, b, 21, false, c, 21, accumulate: false);
        for (int i = 0; i < c.Length; i++)
            float.IsNaN(c[i]).Should().Be(i / 21 == 4);
    }

    [Fact]
    public void Multiply_AllocatesNothing()
    {
        float[] a = new float[100 * 300], b = new float[300 * 100], c = new float[100 * 100];
        NoAllocation.In(() =>
        {
            Gemm.Multiply(100, 100, 300, a, 300, false, b, 300, true, c, 100, accumulate: false);
            Gemm.Multiply(1, 77, 300, a, 300, false, b, 77, false, c, 77, accumulate: true);
        });
    }

    private static void CheckAgainstOracle(int m, int n, int k, bool transposeA, bool transposeB, bool accumulate)
    {
        var (a, strideA, b, strideB, c, strideC) = Operands(m, n, k, transposeA, transposeB);
        float[] before = [.. c];
        Gemm.Multiply(m, n, k, a, strideA, transposeA, b, strideB, transposeB, c, strideC, accumulate);
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float start = accumulate ? before[i * strideC + j] : 0;
                var (value, magnitude) = KernelOracle.Product(i, j, k, a, strideA, transposeA, b, strideB, transposeB);
                c[i * strideC + j].Should().BeApproximately(start + value, Tolerance.Sum(k + 1, magnitude + Math.Abs(start)));
            }
        }
    }

    // Strides are a little larger than the rows.
    private static (float[] A, int StrideA, float[] B, int StrideB, float[] C, int StrideC) Operands(int m, int n, int k, bool transposeA,
        bool transposeB)
    {
        int strideA = (transposeA ? m : k) + 2, strideB = (transposeB ? k : n) + 1, strideC = n + 3;
        return (Draw.Uniform((transposeA ? k : m) * strideA, 1), strideA, Draw.Uniform((transposeB ? n : k) * strideB, 2), strideB,
            Draw.Uniform(m * strideC, 3), strideC);
    }
}
