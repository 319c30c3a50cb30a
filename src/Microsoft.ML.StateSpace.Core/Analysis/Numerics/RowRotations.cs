using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>Orthogonal transformations of rows: the singular value decomposition by Jacobi's rotations, and triangular factors.</summary>
internal static class RowRotations
{
    private const int MostSweeps = 60;
    private const double Orthogonal = 1e-15;

    /// <summary>
    /// One-sided Jacobi (Hestenes 1958): rotates the rows of a matrix M among one another, until they are orthogonal and stand in the order
    /// of their lengths, the longest first. So <c>U^T M = S V^T</c>: the lengths are the singular values, small ones as precise as large
    /// ones.
    /// </summary>
    /// <param name="rows">M; then <c>S V^T</c>.</param>
    /// <param name="companion">Gets the same rotations of its rows. Of the identity they make <c>U^T</c>.</param>
    /// <returns>The singular values, as many as there are rows.</returns>
    public static double[] Orthogonalize(Matrix rows, Matrix companion)
    {
        bool rotated = true;
        for (int sweep = 0; rotated && sweep < MostSweeps; sweep++)
        {
            rotated = false;
            for (int i = 0; i < rows.Rows; i++)
                for (int j = i + 1; j < rows.Rows; j++)
                    rotated |= Rotate(rows, companion, i, j);
        }
        return [.. Enumerable.Range(0, rows.Rows).Select(i => TensorPrimitives.Norm<double>(rows.Row(i)))];
    }

    private static bool Rotate(Matrix rows, Matrix companion, int i, int j)
    {
        Span<double> x = rows.Row(i), y = rows.Row(j);
        double a = TensorPrimitives.SumOfSquares<double>(x), b = TensorPrimitives.SumOfSquares<double>(y),
            c = TensorPrimitives.Dot<double>(x, y);
        bool areOrthogonal = Math.Abs(c) <= Orthogonal * Math.Sqrt(a) * Math.Sqrt(b);
        if (areOrthogonal && a >= b)
            return false;
        double cos, sin;
        if (areOrthogonal)
            (cos, sin) = (0, 1); // exchanges them
        else
        {
            // The angle that makes them orthogonal; of its two values that which makes the first one the longer.
            double angle = Math.Atan2(2 * c, a - b) / 2;
            (sin, cos) = Math.SinCos(angle);
        }
        Rotate(x, y, cos, sin);
        Rotate(companion.Row(i), companion.Row(j), cos, sin);
        return true;
    }

    private static void Rotate(Span<double> x, Span<double> y, double cos, double sin)
    {
        for (int k = 0; k < x.Length; k++)
            (x[k], y[k]) = (cos * x[k] + sin * y[k], cos * y[k] - sin * x[k]);
    }

    /// <summary>
    /// A factor L with no more columns than rows and <c>L L^T = X X^T</c>, by reflections from the right. X is destroyed.
    /// </summary>
    public static Matrix Compress(Matrix x)
    {
        if (x.Columns <= x.Rows)
            return x;
        for (int i = 0; i < x.Rows; i++)
        {
            var v = x.Row(i)[i..];
            double norm = TensorPrimitives.Norm<double>(v), end = v[0] > 0 ? -norm : norm;
            if (norm == 0)
                continue;
            v[0] -= end;
            double square = TensorPrimitives.SumOfSquares<double>(v);
            for (int j = i + 1; j < x.Rows; j++)
            {
                var row = x.Row(j)[i..];
                TensorPrimitives.MultiplyAdd(v, -2 * TensorPrimitives.Dot<double>(row, v) / square, row, row);
            }
            v.Clear();
            v[0] = end;
        }
        var factor = new Matrix(x.Rows, x.Rows);
        for (int i = 0; i < x.Rows; i++)
            x.Row(i)[..x.Rows].CopyTo(factor.Row(i));
        return factor;
    }
}
