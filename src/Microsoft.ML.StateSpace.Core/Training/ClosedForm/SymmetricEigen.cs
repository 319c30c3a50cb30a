using System.Numerics;
using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The eigenvalues and eigenvectors of a symmetric matrix, in double: Householder reflections to a tridiagonal matrix, then the implicit QL
/// algorithm (Golub, Van Loan, "Matrix Computations", 8.3). Eigenvectors are kept as rows, so that rotations run along memory.
/// </summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;
    private const double Precision = 1e-15;

    /// <param name="matrix">(n, n), symmetric; destroyed.</param>
    /// <param name="n">n.</param>
    /// <returns>The eigenvalues (n), in no order, and their eigenvectors as the rows of (n, n).</returns>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int n)
    {
        double[] diagonal = new double[n], beside = new double[n], factors = new double[n], vectors = new double[n * n];
        Tridiagonalize(matrix, n, diagonal, beside, factors);
        for (int i = 0; i < n; i++)
            vectors[i * n + i] = 1;
        Rotate(diagonal, beside, vectors, n);
        Reflect(matrix, n, factors, vectors);
        return (diagonal, vectors);
    }

    // Row k of the matrix keeps, right of its diagonal, the vector v of the reflection I - factor v v^T.
    private static void Tridiagonalize(double[] a, int n, double[] diagonal, double[] beside, double[] factors)
    {
        var product = new double[n];
        for (int k = 0; k < n - 1; k++)
        {
            int size = n - k - 1;
            var v = a.AsSpan(k * n + k + 1, size);
            diagonal[k] = a[k * n + k];
            double norm = TensorPrimitives.Norm<double>(v);
            if (norm == 0 || size == 1)
            {
                beside[k] = size == 1 ? v[0] : 0;
                continue;
            }
            beside[k] = v[0] > 0 ? -norm : norm;
            v[0] -= beside[k];
            factors[k] = 2 / TensorPrimitives.Dot<double>(v, v);
            var p = product.AsSpan(0, size);
            for (int i = 0; i < size; i++)
                p[i] = factors[k] * TensorPrimitives.Dot<double>(a.AsSpan((k + 1 + i) * n + k + 1, size), v);
            TensorPrimitives.MultiplyAdd(v, -factors[k] / 2 * TensorPrimitives.Dot<double>(p, v), p, p);
            for (int i = 0; i < size; i++)
                SubtractBoth(a.AsSpan((k + 1 + i) * n + k + 1, size), v, p[i], p, v[i]);
        }
        diagonal[n - 1] = a[n * n - 1];
    }

    private static void Rotate(double[] d, double[] e, double[] vectors, int n)
    {
        for (int low = 0; low < n; low++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int high = low;
                while (high < n - 1 && Math.Abs(e[high]) > Precision * (Math.Abs(d[high]) + Math.Abs(d[high + 1])))
                    high++;
                if (high == low || sweep == MostSweeps)
                    break;
                double g = (d[low + 1] - d[low]) / (2 * e[low]), r = Math.Sqrt(g * g + 1);
                g = d[high] - d[low] + e[low] / (g + (g >= 0 ? r : -r));
                double sin = 1, cos = 1, shift = 0;
                int i = high - 1;
                for (; i >= low; i--)
                {
                    double f = sin * e[i], b = cos * e[i];
                    r = Math.Sqrt(f * f + g * g);
                    e[i + 1] = r;
                    if (r == 0)
                    {
                        d[i + 1] -= shift;
                        e[high] = 0;
                        break;
                    }
                    (sin, cos) = (f / r, g / r);
                    g = d[i + 1] - shift;
                    r = (d[i] - g) * sin + 2 * cos * b;
                    shift = sin * r;
                    d[i + 1] = g + shift;
                    g = cos * r - b;
                    RotateRows(vectors.AsSpan(i * n, n), vectors.AsSpan((i + 1) * n, n), cos, sin);
                }
                if (i >= low)
                    continue;
                d[low] -= shift;
                e[low] = g;
                e[high] = 0;
            }
        }
    }

    private static void Reflect(double[] a, int n, double[] factors, double[] vectors)
    {
        for (int k = n - 2; k >= 0; k--)
        {
            if (factors[k] == 0)
                continue;
            var v = a.AsSpan(k * n + k + 1, n - k - 1);
            for (int i = 0; i < n; i++)
            {
                var row = vectors.AsSpan(i * n + k + 1, v.Length);
                TensorPrimitives.MultiplyAdd(v, -factors[k] * TensorPrimitives.Dot<double>(row, v), row, row);
            }
        }
    }

    // row -= p v^T + v p^T, one row of it
    private static void SubtractBoth(Span<double> row, ReadOnlySpan<double> v, double pi, ReadOnlySpan<double> p, double vi)
    {
        int i = 0, width = Vector<double>.Count;
        for (; i + width <= row.Length; i += width)
            (new Vector<double>(row[i..]) - new Vector<double>(v[i..]) * pi - new Vector<double>(p[i..]) * vi).CopyTo(row[i..]);
        for (; i < row.Length; i++)
            row[i] -= v[i] * pi + p[i] * vi;
    }

    private static void RotateRows(Span<double> x, Span<double> y, double cos, double sin)
    {
        int i = 0, width = Vector<double>.Count;
        for (; i + width <= x.Length; i += width)
        {
            Vector<double> a = new(x[i..]), b = new(y[i..]);
            (sin * a + cos * b).CopyTo(y[i..]);
            (cos * a - sin * b).CopyTo(x[i..]);
        }
        for (; i < x.Length; i++)
            (x[i], y[i]) = (cos * x[i] - sin * y[i], sin * x[i] + cos * y[i]);
    }
}
