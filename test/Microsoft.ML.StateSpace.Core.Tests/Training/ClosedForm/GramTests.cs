using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class GramTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2047)]
    [InlineData(47, 30)]
    [InlineData(48, 2048)]
    [InlineData(49, 2049)]
    [InlineData(110, 300)]
    [InlineData(5, 4500)]
    public void OfRows_IsTheProductOfEveryPairOfRows_ForAnyNumberOfThreads(int rows, int width)
    {
        float[] z = Draw.Uniform(rows * width);
        double[] gram = Product(z, rows, 1);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                double expected = 0, magnitude = 0;
                for (int k = 0; k < width; k++)
                {
                    double term = (double)z[i * width + k] * z[j * width + k];
                    expected += term;
                    magnitude += Math.Abs(term);
                }
                gram[i * rows + j].Should().BeApproximately(expected, Tolerance.Sum(Math.Min(width, 2048), magnitude));
                gram[j * rows + i].Should().Be(gram[i * rows + j]);
            }
        }
        Product(z, rows, 3).Should().Equal(gram);
    }

    private static double[] Product(float[] z, int rows, int threads)
    {
        using var workers = new Workers(threads);
        return Gram.OfRows(z, rows, [Range.All], workers);
    }
}
