using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Kernels;

[Trait("Kind", "Law")]
public class NormKernelsTests
{
    private const int Rows = 13;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Forward_MatchesOracle(bool centered)
    {
        for (int width = 1; width <= 70; width++)
        {
            float[] x = Draw.Uniform(Rows * width, 2, 4), scale = Draw.Uniform(width, 2), bias = Draw.Uniform(width, 3);
            var (y, mean, rstd) = Forward(centered, x, scale, bias);
            for (int i = 0; i < Rows; i++)
            {
                var expected = KernelOracle.Norm(Row(x, i, width), Doubles(scale), centered ? Doubles(bias) : null, centered);
                rstd[i].Should().BeApproximately(expected.Rstd, Tolerance.Norm * expected.Rstd);
                if (centered)
                    mean[i].Should().BeApproximately(expected.Mean, Tolerance.Norm);
                for (int j = 0; j < width; j++)
                    y[i * width + j].Should().BeApproximately(expected.Y[j], Tolerance.Norm * (1 + expected.Rstd));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Backward_MatchesNumericGradient_AndAdds(bool centered)
    {
        const double Step = 1e-5;
        for (int width = 2; width <= 70; width++)
        {
            float[] x = Draw.Uniform(Rows * width, 1, 3), scale = Draw.Uniform(width, 2), bias = Draw.Uniform(width, 3),
                dy = Draw.Uniform(Rows * width, 4);
            float[] dx = Draw.Uniform(Rows * width, 5), dscale = Draw.Uniform(width, 6), dbias = Draw.Uniform(width, 7);
            double[] expectedX = Doubles(dx), expectedScale = Doubles(dscale), expectedBias = Doubles(dbias);
            double largest = 1;
            for (int i = 0; i < Rows; i++)
            {
                double[] row = Row(x, i, width), gradient = Row(dy, i, width), s = Doubles(scale), b = Doubles(bias);
                double Loss() => KernelOracle.Norm(row, s, b, centered).Y.Zip(gradient, (y, g) => y * g).Sum();
                largest = Math.Max(largest, KernelOracle.Norm(row, s, b, centered).Rstd);
                for (int j = 0; j < width; j++)
                {
                    expectedX[i * width + j] += Slope(row, j, Loss);
                    expectedScale[j] += Slope(s, j, Loss);
                    expectedBias[j] += Slope(b, j, Loss);
                }
            }
            var (_, mean, rstd) = Forward(centered, x, scale, bias);
            if (centered)
                NormKernels.LayerNormBackward(x, scale, mean, rstd, dy, dx, dscale, dbias);
            else
                NormKernels.RmsNormBackward(x, scale, rstd, dy, dx, dscale);

            double tolerance = Tolerance.Norm * largest * Rows;
            for (int i = 0; i < dx.Length; i++)
                dx[i].Should().BeApproximately(expectedX[i], tolerance);
            for (int j = 0; j < width; j++)
            {
                dscale[j].Should().BeApproximately(expectedScale[j], tolerance);
                if (centered)
                    dbias[j].Should().BeApproximately(expectedBias[j], tolerance);
            }
        }

        static double Slope(double[] at, int j, Func<double> loss)
        {
            double value = at[j];
            at[j] = value + Step;
            double above = loss();
            at[j] = value - Step;
            double below = loss();
            at[j] = value;
            return (above - below) / (2 * Step);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_HaveTheSameBits_AloneOrTogether(bool centered)
    {
        foreach (int width in new[] { 1, 3, 5, 9, 16, 23, 64, 67 })
        {
            float[] x = Draw.Uniform(Rows * width), scale = Draw.Uniform(width, 2), bias = Draw.Uniform(width, 3);
            var whole = Forward(centered, x, scale, bias);
            for (int i = 0; i < Rows; i++)
            {
                var one = Forward(centered, x[(i * width)..((i + 1) * width)], scale, bias);
                one.Y.Should().BeBitwise(whole.Y[(i * width)..((i + 1) * width)]);
                one.Mean[0].Should().Be(whole.Mean[i]);
                one.Rstd[0].Should().Be(whole.Rstd[i]);
            }
        }
    }

    [Fact]
    public void ConstantRows_AreFinite()
    {
        float[] x = [.. Enumerable.Repeat(3f, 2 * 40)], scale = Draw.Uniform(40);
        Forward(true, x, scale, new float[40]).Y.Should().OnlyContain(y => y == 0);
        Forward(false, new float[80], scale, new float[40]).Y.Should().OnlyContain(y => y == 0);
    }

    [Fact]
    public void Norms_AllocateNothing()
    {
        float[] x = new float[8 * 37], y = new float[8 * 37], dx = new float[8 * 37], scale = new float[37], gradient = new float[37],
            other = new float[37], mean = new float[8], rstd = new float[8];
        NoAllocation.In(() =>
        {
            NormKernels.LayerNorm(x, scale, scale, y, mean, rstd);
            NormKernels.LayerNormBackward(x, scale, mean, rstd, y, dx, gradient, other);
            NormKernels.RmsNorm(x, scale, y, rstd);
            NormKernels.RmsNormBackward(x, scale, rstd, y, dx, gradient);
        });
    }

    private static (float[] Y, float[] Mean, float[] Rstd) Forward(bool centered, float[] x, float[] scale, float[] bias)
    {
        int rows = x.Length / scale.Length;
        float[] y = new float[x.Length], mean = new float[rows], rstd = new float[rows];
        if (centered)
            NormKernels.LayerNorm(x, scale, bias, y, mean, rstd);
        else
            NormKernels.RmsNorm(x, scale, y, rstd);
        return (y, mean, rstd);
    }

    private static double[] Row(float[] values, int i, int width) => Doubles(values[(i * width)..((i + 1) * width)]);

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
