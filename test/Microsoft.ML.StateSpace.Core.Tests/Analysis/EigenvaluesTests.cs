using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.StateSpace.Analysis;

namespace Microsoft.ML.StateSpace.Core.Tests.Analysis;

public class EigenvaluesTests
{
    [Fact]
    public void Values_AreThoseOfMathNet()
    {
        for (int seed = 1; seed <= 60; seed++)
        {
            int order = 1 + seed % 20;
            var matrix = RandomSystems.Matrix(order, order, seed);
            if (seed % 7 == 0)
                matrix.ClearRow(order - 1);
            var expected = matrix.Evd().EigenValues;
            if (seed % 3 == 0)
            {
                // Units that differ by many decades move no eigenvalue.
                var units = CreateVector.Dense(order, n => Math.Pow(10, n % 5 - 2));
                matrix = Matrix<double>.Build.DiagonalOfDiagonalVector(units) * matrix
                    * Matrix<double>.Build.DiagonalOfDiagonalVector(units.Map(x => 1 / x));
            }
            Nearest(Eigenvalues.Of(LinearSystem.ToMatrix(matrix.ToArray())), expected).Should().BeLessThan(1e-10);
        }
    }

    [Fact]
    public void Vectors_AreEigenvectors_AndRealWhereTheirEigenvalueIs()
    {
        for (int seed = 1; seed <= 30; seed++)
        {
            int order = 1 + seed % 12;
            var matrix = RandomSystems.Matrix(order, order, seed);
            var modes = Eigenvalues.WithVectors(LinearSystem.ToMatrix(matrix.ToArray()));
            modes.Sum(mode => mode.Value.Imaginary > 0 ? 2 : 1).Should().Be(order);
            foreach (var (value, vector) in modes)
            {
                var v = CreateVector.DenseOfArray(vector);
                (matrix.ToComplex() * v - v * value).L2Norm().Should().BeLessThan(1e-12);
                v.L2Norm().Should().BeApproximately(1, 1e-12);
                if (value.Imaginary == 0)
                    vector.Should().OnlyContain(x => x.Imaginary == 0);
            }
        }
    }

    [Fact]
    public void Values_OfARotationAndOfADelay_AreExactPairsAndZeros()
    {
        // The trailing entries of a permutation defeat the plain shift.
        double[,] cycle = { { 0, 0, 0, 1 }, { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 } };
        var values = Eigenvalues.Of(LinearSystem.ToMatrix(cycle));
        Nearest(values, [1, -1, Complex.ImaginaryOne, -Complex.ImaginaryOne]).Should().BeLessThan(1e-12);
        values.Count(value => value.Imaginary == 0).Should().Be(2);
        values.Where(value => value.Imaginary > 0).Should().AllSatisfy(value => values.Should().Contain(Complex.Conjugate(value)));
        Eigenvalues.Of(LinearSystem.ToMatrix(new double[3, 3])).Should().Equal(0, 0, 0);
        Eigenvalues.Of(LinearSystem.ToMatrix(new double[0, 0])).Should().BeEmpty();
    }

    /// <summary>The largest distance, when each value of one takes the nearest one of the other that is left.</summary>
    private static double Nearest(IReadOnlyList<Complex> values, IEnumerable<Complex> expected)
    {
        var left = values.ToList();
        double worst = 0;
        foreach (var value in expected)
        {
            var nearest = left.MinBy(other => (other - value).Magnitude);
            left.Remove(nearest);
            worst = Math.Max(worst, (nearest - value).Magnitude);
        }
        left.Should().BeEmpty();
        return worst;
    }
}
