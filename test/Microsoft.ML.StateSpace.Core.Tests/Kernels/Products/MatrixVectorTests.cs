using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class MatrixVectorTests
{
    [Fact]
    public void Multiply_MatchesNaiveSum_AtEverySize()
    {
        foreach (int rows in new[] { 1, 3, 4, 5, 8, 11 })
        {
            for (int columns = 1; columns <= 70; columns++)
            {
                float[] matrix = Draw.Uniform(rows * columns, -1, 1, 1), x = Draw.Uniform(columns, -1, 1, 2),
                    bias = Draw.Uniform(rows, -1, 1, 3), y = new float[rows];
                AssertProduct(matrix, x, bias, y);
                AssertProduct(matrix, x, [], y);
            }
        }
    }

    [Fact]
    public void Multiply_AllocatesNothing()
    {
        float[] matrix = Draw.Uniform(64 * 64, 1), x = Draw.Uniform(64, 2), y = new float[64];
        NoAllocation.In(() => MatrixVector.Multiply(matrix, x, default, y));
    }

    [Fact]
    public void Step_GivesTheBitsOfTheScan()
    {
        for (int states = 1; states <= 70; states++)
        {
            float[] lambda = Draw.Uniform(2 * states, -0.6, 0.6, 1), rows = Draw.Uniform(4 * states, -1, 1, 2);
            float[] x = rows[..(2 * states)], v = rows[(2 * states)..];
            ComplexStep.Run(lambda, v, x);
            ComplexScan.Forward(lambda, rows, reverse: false);
            x.Should().BeBitwise(rows[(2 * states)..]);
        }
    }

    private static void AssertProduct(float[] matrix, float[] x, float[] bias, float[] y)
    {
        Array.Fill(y, float.NaN);
        MatrixVector.Multiply(matrix, x, bias, y);
        for (int i = 0; i < y.Length; i++)
        {
            double sum = bias.Length > 0 ? bias[i] : 0, magnitude = Math.Abs(sum);
            for (int j = 0; j < x.Length; j++)
            {
                sum += (double)matrix[i * x.Length + j] * x[j];
                magnitude += Math.Abs((double)matrix[i * x.Length + j] * x[j]);
            }
            y[i].Should().BeApproximately(sum, Tolerance.Sum(x.Length + 1, magnitude));
        }
    }
}
