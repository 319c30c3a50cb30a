using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Parameters;

/// <summary>Eigenvectors are not unique, so beside the eigenvalues only what does not depend on their phases is compared.</summary>
[Trait("Kind", "Law")]
public class HippoTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    public void LegSHalf_GivesOrthonormalVectors(int size)
    {
        var vectors = Hippo.LegSHalf(size).Vectors;
        for (int a = 0; a < size / 2; a++)
        {
            for (int b = 0; b < size / 2; b++)
            {
                Complex product = 0, unconjugated = 0;
                for (int i = 0; i < size; i++)
                {
                    product += Complex.Conjugate(vectors[i, a]) * vectors[i, b];
                    unconjugated += vectors[i, a] * vectors[i, b];
                }
                Complex.Abs(product).Should().BeApproximately(a == b ? 1 : 0, Tolerance.Eigen);
                // The other half of the eigenvectors are the conjugates of these.
                Complex.Abs(unconjugated).Should().BeApproximately(0, Tolerance.Eigen);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    public void LegSHalf_Diagonalises_TheNormalPartOfLegS(int size)
    {
        var (values, vectors) = Hippo.LegSHalf(size);
        for (int n = 0; n < size; n++)
        {
            for (int k = 0; k < size; k++)
            {
                // S = V diag(l) V^*. The two halves of the sum are conjugate, so it is twice the real part of one.
                double sum = 0;
                for (int j = 0; j < size / 2; j++)
                    sum += 2 * (vectors[n, j] * values[j] * Complex.Conjugate(vectors[k, j])).Real;
                sum.Should().BeApproximately(NormalPart(n, k), Tolerance.Eigen * size);
            }
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void LegSHalf_MatchesReference(int size)
    {
        var (values, vectors) = Hippo.LegSHalf(size);
        double[] frequencies = ReferenceValues.At($"hippo_legs_N{size}/lambda_/im"), b = ReferenceValues.At($"hippo_legs_N{size}/B");
        double[] re = ReferenceValues.At($"hippo_legs_N{size}/VhB/re"), im = ReferenceValues.At($"hippo_legs_N{size}/VhB/im");
        for (int j = 0; j < size / 2; j++)
        {
            values[j].Real.Should().Be(-0.5);
            values[j].Imaginary.Should().BeApproximately(frequencies[j], Tolerance.Eigen * size);
            Complex projection = 0;
            for (int i = 0; i < size; i++)
                projection += Complex.Conjugate(vectors[i, j]) * b[i];
            Complex.Abs(projection).Should().BeApproximately(Complex.Abs(new Complex(re[j], im[j])), Tolerance.Eigen * size);
        }
    }

    /// <summary>As large as one would want it; a decomposition by rotations took minutes.</summary>
    [Fact]
    public void LegSHalf_OfAThousandStates_HoldsItsEquation()
    {
        const int Size = 2048;
        var (values, vectors) = Hippo.LegSHalf(Size);

        values.Select(value => value.Imaginary).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        values[^1].Imaginary.Should().BeNegative();
        for (int j = 0; j < Size / 2; j += 31)
        {
            // K v, by the sums of sqrt(2k+1) v_k before and behind each row.
            Complex before = 0, behind = 0;
            for (int k = 0; k < Size; k++)
                behind += Math.Sqrt(2 * k + 1) * vectors[k, j];
            for (int n = 0; n < Size; n++)
            {
                var own = Math.Sqrt(2 * n + 1) * vectors[n, j];
                behind -= own;
                var image = 0.5 * Math.Sqrt(2 * n + 1) * (behind - before);
                before += own;
                Complex.Abs(image - Complex.ImaginaryOne * values[j].Imaginary * vectors[n, j])
                    .Should().BeLessThan(Tolerance.Eigen * Size * Size, "of row {0} of vector {1}", n, j);
            }
            double norm = 0;
            for (int n = 0; n < Size; n++)
                norm += Complex.Abs(vectors[n, j]) * Complex.Abs(vectors[n, j]);
            norm.Should().BeApproximately(1, Tolerance.Eigen);
        }
    }

    [Fact]
    public void LegSHalf_LooksAtTheToken()
        => Invoking(() => Hippo.LegSHalf(94, new CancellationToken(canceled: true))).Should().Throw<OperationCanceledException>();

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void NormalPart_MatchesReference(int size)
        => Enumerable.Range(0, size * size).Select(i => NormalPart(i / size, i % size))
            .Should().BeNear(ReferenceValues.At($"hippo_legs_N{size}/S"), Tolerance.Reference, "S");

    // S = A + P P^T of HiPPO-LegS.
    private static double NormalPart(int n, int k)
        => n == k ? -0.5 : (n > k ? -0.5 : 0.5) * Math.Sqrt((2 * n + 1) * (2 * k + 1));
}
