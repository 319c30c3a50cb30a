using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;
using Jacobi = Microsoft.ML.StateSpace.Testing.Oracle.SymmetricEigen;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

public class SymmetricEigenTests
{
    public static TheoryData<string, int> Matrices()
    {
        var cases = new TheoryData<string, int>();
        foreach (string kind in new[] { "random", "zero", "identity", "diagonal", "rank one", "gram", "two values", "graded" })
            foreach (int size in new[] { 1, 2, 3, 10, 33, 64 })
                cases.Add(kind, size);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Matrices))]
    public void Decompose_GivesOrthonormalVectors_ThatRebuildTheMatrix_AndTheOraclesValues(string kind, int n)
    {
        double[] matrix = Create(kind, n);
        double size = matrix.Max(Math.Abs);

        var (values, vectors) = SymmetricEigen.Decompose([.. matrix], n);

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double dot = TensorPrimitives.Dot<double>(vectors.AsSpan(i * n, n), vectors.AsSpan(j * n, n));
                dot.Should().BeApproximately(i == j ? 1 : 0, Tolerance.Eigen);
                double sum = Enumerable.Range(0, n).Sum(k => vectors[k * n + i] * values[k] * vectors[k * n + j]);
                sum.Should().BeApproximately(matrix[i * n + j], Tolerance.Eigen * size);
            }
        }
        var square = new double[n, n];
        Buffer.BlockCopy(matrix, 0, square, 0, sizeof(double) * n * n);
        double[] expected = [.. Jacobi.Decompose(square).Values.Order()];
        values.Order().ToArray().Should().BeNear(expected, Tolerance.Eigen, "eigenvalues");
    }

    [Theory]
    [InlineData(1e-140)]
    [InlineData(1e140)]
    public void Decompose_WorksInAnyUnit(double unit)
    {
        double[] matrix = Create("random", 20);
        double[] expected = SymmetricEigen.Decompose([.. matrix], 20).Values;
        double[] values = SymmetricEigen.Decompose([.. matrix.Select(value => unit * value)], 20).Values;
        values.Order().Select(value => value / unit).ToArray().Should().BeNear([.. expected.Order()], Tolerance.Eigen);
    }

    private static double[] Create(string kind, int n)
    {
        float[] draw = Draw.Uniform(n * n, n + 1);
        double Element(int i, int j) => kind switch
        {
            "zero" => 0,
            "identity" => i == j ? 1 : 0,
            "diagonal" => i == j ? draw[i] : 0,
            "rank one" => draw[i] * draw[j],
            "gram" => Enumerable.Range(0, Math.Max(1, n / 3)).Sum(k => draw[i * n + k] * draw[j * n + k]),
            "two values" => (i == j ? 3 : 0) + 1.0 / n,
            "graded" => draw[Math.Min(i, j) * n + Math.Max(i, j)] * Math.Pow(10, -(i + j) / 10.0),
            _ => draw[Math.Min(i, j) * n + Math.Max(i, j)],
        };
        return [.. Enumerable.Range(0, n * n).Select(place => Element(place / n, place % n))];
    }
}
