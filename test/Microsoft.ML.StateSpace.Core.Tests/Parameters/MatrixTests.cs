using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Parameters;

/// <summary>
/// Products and solves in tiles against plain loops in the same order. Both round alike, so they agree in every bit, at all sizes of the
/// edges.
/// </summary>
[Trait("Kind", "Law")]
public class MatrixTests
{
    private const double Factor = -0.7;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void AddProduct_HasTheBitsOfAPlainLoop(bool transposeA, bool transposeB)
    {
        foreach (var (rows, columns, steps) in ((int, int, int)[])[(1, 1, 1), (3, 7, 2), (4, 8, 5), (6, 13, 9), (13, 21, 17), (5, 9, 600)])
        {
            Matrix a = transposeA ? Draw(steps, rows, 1) : Draw(rows, steps, 1),
                b = transposeB ? Draw(columns, steps, 2) : Draw(steps, columns, 2), c = Draw(rows, columns, 3);
            var expected = (double[])c.Values.Clone();
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++)
                    for (int k = 0; k < steps; k++)
                        expected[i * columns + j] += (transposeB ? b[j, k] : b[k, j]) * (Factor * (transposeA ? a[k, i] : a[i, k]));
            if (transposeA)
                c.AddProductOfTransposed(a, b, Factor);
            else if (transposeB)
                c.AddProductWithTransposed(a, b, Factor);
            else
                c.AddProduct(a, b, Factor);
            c.Values.Should().Equal(expected, $"of {rows} x {columns}, {steps} steps");
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(17, 16)]
    [InlineData(20, 23)]
    [InlineData(3, 1030)]
    public void Solves_UndoProducts(int others, int size)
    {
        var factor = Factored(size);
        Solved(Triangular.Solve, Draw(size, others, 4), x => Product(factor, false, x, false));
        Solved(Triangular.SolveTransposed, Draw(size, others, 5), x => Product(factor, true, x, false));
        Solved(Triangular.SolveRight, Draw(others, size, 6), x => Product(x, false, factor, false));
        Solved(Triangular.SolveRightTransposed, Draw(others, size, 7), x => Product(x, false, factor, true));

        void Solved(Action<Matrix, Matrix> solve, Matrix x, Func<Matrix, Matrix> product)
        {
            var y = product(x);
            solve(factor, y);
            for (int i = 0; i < x.Values.Length; i++)
                y.Values[i].Should().BeApproximately(x.Values[i], Tolerance.Eigen);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(37)]
    public void Cholesky_GivesTheFactor_InPlaceToo(int size)
    {
        var expected = Factored(size);
        var product = Product(expected, false, expected, true);
        var factor = new Matrix(size, size);
        Triangular.Cholesky(product, factor).Should().BeTrue();
        Triangular.Cholesky(product, product).Should().BeTrue();
        product.Values.Should().Equal(factor.Values);
        for (int i = 0; i < factor.Values.Length; i++)
            factor.Values[i].Should().BeApproximately(expected.Values[i], Tolerance.Eigen);
    }

    [Fact]
    public void Cholesky_OfAMatrixThatIsNotPositive_ReturnsFalse()
    {
        var matrix = Product(Factored(5), false, Factored(5), true);
        matrix[3, 3] = -1;
        Triangular.Cholesky(matrix, matrix).Should().BeFalse();
    }

    // A lower triangle whose solves are well conditioned.
    private static Matrix Factored(int size)
    {
        var factor = Draw(size, size, 8);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
                factor[i, j] = j > i ? 0 : factor[i, j] / size;
            factor[i, i] = 1 + 0.5 * i / size;
        }
        return factor;
    }

    private static Matrix Product(Matrix a, bool transposeA, Matrix b, bool transposeB)
    {
        var c = new Matrix(transposeA ? a.Columns : a.Rows, transposeB ? b.Rows : b.Columns);
        MatrixProduct.Add(a, transposeA, b, transposeB, 1, c);
        return c;
    }

    private static Matrix Draw(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var matrix = new Matrix(rows, columns);
        foreach (ref double value in matrix.Values.AsSpan())
            value = 2 * random.NextDouble() - 1;
        return matrix;
    }
}
