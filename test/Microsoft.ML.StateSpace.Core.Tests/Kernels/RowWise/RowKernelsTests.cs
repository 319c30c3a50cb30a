using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class RowKernelsTests
{
    [Fact]
    public void RowKernels_MatchOracle_AtEveryWidth()
    {
        for (int width = 1; width <= 150; width++)
        {
            int rows = width % 40;
            float[] x = Draw.Uniform(rows * width, 1), y = Draw.Uniform(rows * width, 2), vector = Draw.Uniform(width, 3);
            float[] biased = [.. x], scaled = [.. y], sum = [.. vector], product = [.. vector];
            RowKernels.AddBias(biased, vector);
            RowKernels.AddScaled(x, vector, scaled);
            RowKernels.AddRowSum(x, sum);
            RowKernels.AddProductSum(x, y, product);
            for (int j = 0; j < width; j++)
            {
                double expectedSum = vector[j], expectedProduct = vector[j];
                for (int at = j; at < x.Length; at += width)
                {
                    biased[at].Should().Be(x[at] + vector[j]);
                    scaled[at].Should().BeApproximately(y[at] + (double)x[at] * vector[j], Tolerance.Sum(2, 2));
                    expectedSum += x[at];
                    expectedProduct += (double)x[at] * y[at];
                }
                sum[j].Should().BeApproximately(expectedSum, Tolerance.Sum(rows + 1, rows + 1));
                product[j].Should().BeApproximately(expectedProduct, Tolerance.Sum(rows + 1, rows + 1));
            }
        }
    }

    [Fact]
    public void Sums_RunFromTheFirstRowToTheLast()
    {
        const int Rows = 1000, Width = 21;
        float[] x = Draw.Uniform(Rows * Width, 1), y = Draw.Uniform(Rows * Width, 2), sum = new float[Width], product = new float[Width];
        RowKernels.AddRowSum(x, sum);
        RowKernels.AddProductSum(x, y, product);
        for (int j = 0; j < Width; j++)
        {
            float expectedSum = 0, expectedProduct = 0;
            for (int i = 0; i < Rows; i++)
            {
                expectedSum += x[i * Width + j];
                expectedProduct = float.MultiplyAddEstimate(x[i * Width + j], y[i * Width + j], expectedProduct);
            }
            sum[j].Should().Be(expectedSum);
            product[j].Should().Be(expectedProduct);
        }
    }

    [Fact]
    public void RowKernels_AllocateNothing()
    {
        float[] x = new float[300 * 37], y = new float[300 * 37], vector = new float[37];
        NoAllocation.In(() =>
        {
            RowKernels.AddBias(x, vector);
            RowKernels.AddScaled(x, vector, y);
            RowKernels.AddRowSum(x, vector);
            RowKernels.AddProductSum(x, y, vector);
        });
    }
}
