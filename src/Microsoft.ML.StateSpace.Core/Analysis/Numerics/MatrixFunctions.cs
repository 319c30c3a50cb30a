using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>The exponential and the principal logarithm of a square matrix.</summary>
internal static class MatrixFunctions
{
    private const int Terms = 18, MostIterations = 100, MostRoots = 60;
    private const double Converged = 1e-15, NearOne = 0.25;

    // Nodes and weights of Gauss-Legendre quadrature on [-1, 1], of which the other half is symmetric.
    private static readonly (double Node, double Weight)[] Gauss =
    [
        (0.1834346424956498, 0.3626837833783620), (0.5255324099163290, 0.3137066458778873),
        (0.7966664774136267, 0.2223810344533745), (0.9602898564975363, 0.1012285362903763),
    ];

    /// <summary>
    /// <c>exp(X)</c>: the Taylor series of X divided by a power of two, squared as often (Higham, "Functions of Matrices", 10.3).
    /// </summary>
    public static Matrix Exp(Matrix x)
    {
        int n = x.Rows, squarings = Math.Max(0, (int)Math.Ceiling(Math.Log2(Math.Max(RowSum(x), 1e-300))) + 1);
        var power = new Matrix(n, n);
        power.AddToDiagonal(1);
        for (int k = Terms; k > 0; k--)
        {
            // I + X / k (...)
            var next = new Matrix(n, n);
            next.AddProduct(x, power, Math.Pow(2, -squarings) / k);
            next.AddToDiagonal(1);
            power = next;
        }
        for (int k = 0; k < squarings; k++)
        {
            var square = new Matrix(n, n);
            square.AddProduct(power, power);
            power = square;
        }
        return power;
    }

    /// <summary>
    /// The logarithm of a matrix without eigenvalues at zero and on the negative real axis: square roots until it is near the identity,
    /// then <c>log(I + E) = integral from 0 to 1 of E (I + t E)^-1 dt</c> (Higham, "Functions of Matrices", 11.5).
    /// <see langword="null"/> where the roots do not converge.
    /// </summary>
    public static Matrix? Log(Matrix x)
    {
        int n = x.Rows, roots = 0;
        var root = new Matrix(n, n);
        root.Set(x);
        for (; ; roots++)
        {
            var rest = new Matrix(n, n);
            rest.Set(root);
            rest.AddToDiagonal(-1);
            if (RowSum(rest) < NearOne)
                return Integrate(rest, Math.Pow(2, roots));
            if (roots == MostRoots || SquareRoot(root) is not { } next)
                return null;
            root = next;
        }
    }

    private static Matrix? Integrate(Matrix rest, double factor)
    {
        int n = rest.Rows;
        var sum = new Matrix(n, n);
        foreach (var (node, weight) in Gauss.Concat(Gauss.Select(g => (-g.Node, g.Weight))))
        {
            var inverse = new Matrix(n, n);
            inverse.Add(rest, (1 + node) / 2);
            inverse.AddToDiagonal(1);
            if (!inverse.Invert(new int[n]))
                return null;
            sum.AddProduct(rest, inverse, factor * weight / 2);
        }
        return sum;
    }

    // The iteration of Denman and Beavers: X = (X + Y^-1) / 2, Y = (Y + X^-1) / 2, from (A, I) to (A^1/2, A^-1/2).
    private static Matrix? SquareRoot(Matrix a)
    {
        int n = a.Rows;
        Matrix x = new(n, n), y = new(n, n);
        x.Set(a);
        y.AddToDiagonal(1);
        double before = double.PositiveInfinity;
        for (int k = 0; k < MostIterations; k++)
        {
            Matrix xInverse = new(n, n), yInverse = new(n, n);
            xInverse.Set(x);
            yInverse.Set(y);
            if (!xInverse.Invert(new int[n]) || !yInverse.Invert(new int[n]))
                return null;
            var step = new Matrix(n, n);
            step.Set(yInverse);
            step.Add(x, -1);
            double size = RowSum(x), moved = RowSum(step);
            x.Add(step, 0.5);
            y.Add(xInverse);
            y.Scale(0.5);
            // It converges quadratically, until only rounding is left, which no longer falls.
            if (moved <= Converged * size || moved < 1e-8 * size && moved >= before)
                return x;
            if (!double.IsFinite(moved))
                return null;
            before = moved;
        }
        return null;
    }

    private static double RowSum(Matrix a) => a.Rows == 0 ? 0 : Enumerable.Range(0, a.Rows).Max(i => a.Row(i).ToArray().Sum(Math.Abs));
}
