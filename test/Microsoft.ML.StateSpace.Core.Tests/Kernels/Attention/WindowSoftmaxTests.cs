using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class WindowSoftmaxTests
{
    private const int Rows = 3, Heads = 2;
    private const float Scale = 0.7f;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(40)]
    [InlineData(100)]
    public void Forward_IsTheSoftmaxOfTheKeysThatARowSees(int window)
    {
        for (int before = 0; before < 70; before++)
        {
            int keys = before + Rows;
            float[] scores = Draw.Uniform(Rows * Heads * keys, -9, 9, 1), p = [.. scores];
            WindowSoftmax.Forward(p, Rows, Heads, before, window, Scale);
            for (int i = 0; i < Rows * Heads; i++)
            {
                double[] expected = Softmax(scores[(i * keys)..((i + 1) * keys)].ToDouble(), before + i / Heads, window);
                p[(i * keys)..((i + 1) * keys)].Should().BeNear(expected, Tolerance.Forward, $"{before} before, row of scores {i}");
            }
        }
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(3e38f)]
    public void Forward_OfScoresOfAnySize_GivesAllToTheLargest(float size)
    {
        for (int keys = 1; keys <= 35; keys++)
        {
            float[] p = [.. Enumerable.Range(0, keys).Select(j => j == keys / 2 ? size : -size)];
            WindowSoftmax.Forward(p, 1, 1, keys - 1, keys, Scale);
            for (int j = 0; j < keys; j++)
                p[j].Should().BeApproximately(j == keys / 2 ? 1 : 0, 1e-30f);
        }
    }

    [Fact]
    public void Backward_MatchesNumericGradient()
    {
        for (int keys = 1; keys <= 40; keys++)
        {
            const int Window = 9;
            float[] scores = Draw.Uniform(keys, -3, 3, 1), p = [.. scores], upstream = Draw.Uniform(keys, 2), gradient = [.. upstream];
            WindowSoftmax.Forward(p, 1, 1, keys - 1, Window, Scale);
            WindowSoftmax.Backward(p, gradient, keys, Scale);
            double[] s = scores.ToDouble();
            double[] expected = NumericGradient.Of(
                () => NumericGradient.Dot(upstream.ToDouble(), Softmax(s, keys - 1, Window)), s);
            for (int j = 0; j < keys; j++)
                ((double)gradient[j]).Should().BeApproximately(expected[j], 1e-6, $"{keys} keys, key {j}");
        }
    }

    private static double[] Softmax(double[] scores, int row, int window)
    {
        double[] e = [.. scores.Select((s, j) => j <= row && j > row - window ? Math.Exp(Scale * s) : 0)];
        return [.. e.Select(value => value / e.Sum())];
    }
}
