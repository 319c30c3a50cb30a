using System.Numerics;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Analysis;

/// <summary>
/// The eigenvalues and eigenvectors of a real matrix that need not be symmetric, in double: it is balanced (Parlett and Reinsch 1969),
/// brought to Hessenberg form by reflections, and to the triangular Schur form by the QR algorithm with Wilkinson's shift, in complex
/// numbers; the eigenvectors follow from the triangle by substitution (Golub, Van Loan, "Matrix Computations", 7.4 to 7.6).
/// </summary>
internal static class Eigenvalues
{
    private const int MostSteps = 60;
    private const double Precision = 2.3e-16;

    /// <summary>
    /// The eigenvalues. Those of a conjugate pair follow one another, with the positive imaginary part first, and are conjugate in every
    /// bit.
    /// </summary>
    public static Complex[] Of(Matrix matrix)
    {
        var triangle = Schur(Hessenberg(Balanced(matrix, new double[matrix.Rows]), null), null);
        return [.. Pair(triangle).Select(pair => pair.Value)];
    }

    /// <summary>
    /// The eigenvalues with their eigenvectors of length one; of a conjugate pair only the one with the positive imaginary part. The
    /// eigenvector of a real eigenvalue is real.
    /// </summary>
    public static (Complex Value, Complex[] Vector)[] WithVectors(Matrix matrix)
    {
        int n = matrix.Rows;
        var scales = new double[n];
        var basis = new Matrix(n, n);
        basis.AddToDiagonal(1);
        var h = Hessenberg(Balanced(matrix, scales), basis);
        var q = ToComplex(basis);
        var triangle = Schur(h, q);
        double size = Math.Max(Size(triangle), double.Epsilon);
        return
        [
            .. from pair in Pair(triangle)
               where pair.Value.Imaginary >= 0
               select (pair.Value, Vector(triangle, q, scales, pair.Index, pair.Value.Imaginary == 0, size)),
        ];
    }

    // D^-1 A D with powers of two in D, so that rows and columns become alike in size. Such a scaling rounds nothing.
    private static Matrix Balanced(Matrix matrix, double[] scales)
    {
        int n = matrix.Rows;
        var a = new Matrix(n, n);
        a.Set(matrix);
        scales.AsSpan().Fill(1);
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int i = 0; i < n; i++)
            {
                double row = 0, column = 0;
                for (int j = 0; j < n; j++)
                    (row, column) = j == i ? (row, column) : (row + Math.Abs(a[i, j]), column + Math.Abs(a[j, i]));
                if (row == 0 || column == 0 || !double.IsFinite(row + column))
                    continue;
                double factor = Math.Pow(2, Math.Round(Math.Log2(row / column) / 2));
                if (column * factor + row / factor >= 0.95 * (column + row))
                    continue;
                changed = true;
                scales[i] *= factor;
                for (int j = 0; j < n; j++)
                {
                    a[i, j] /= factor;
                    a[j, i] *= factor;
                }
            }
        }
        return a;
    }

    // Destroys the matrix. The reflections are multiplied to the basis.
    private static Complex[,] Hessenberg(Matrix a, Matrix? basis)
    {
        int n = a.Rows;
        var v = new double[n];
        for (int k = 0; k + 2 < n; k++)
        {
            double norm = 0;
            for (int i = k + 1; i < n; i++)
                norm = double.Hypot(norm, v[i] = a[i, k]);
            if (norm == 0)
                continue;
            v[k + 1] += v[k + 1] > 0 ? norm : -norm;
            double square = 0;
            for (int i = k + 1; i < n; i++)
                square += v[i] * v[i];
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int i = k + 1; i < n; i++)
                    sum += v[i] * a[i, j];
                for (int i = k + 1; i < n; i++)
                    a[i, j] -= 2 * sum / square * v[i];
            }
            ReflectColumns(a, v, k + 1, square);
            if (basis is not null)
                ReflectColumns(basis, v, k + 1, square);
            for (int i = k + 2; i < n; i++)
                a[i, k] = 0;
        }
        return ToComplex(a);
    }

    private static void ReflectColumns(Matrix a, double[] v, int from, double square)
    {
        for (int i = 0; i < a.Rows; i++)
        {
            double sum = 0;
            for (int j = from; j < a.Columns; j++)
                sum += a[i, j] * v[j];
            for (int j = from; j < a.Columns; j++)
                a[i, j] -= 2 * sum / square * v[j];
        }
    }

    // Makes h triangular in place; the rotations are multiplied to q.
    private static Complex[,] Schur(Complex[,] h, Complex[,]? q)
    {
        int steps = 0;
        for (int high = h.GetLength(0) - 1; high > 0;)
        {
            int low = high;
            while (low > 0 && !IsNegligible(h, low))
                low--;
            if (low > 0)
                h[low, low - 1] = 0;
            if (low == high)
            {
                (high, steps) = (high - 1, 0);
                continue;
            }
            if (++steps > MostSteps)
                throw new InvalidOperationException(
                    "The eigenvalues of the matrix were not found: the QR algorithm did not converge. All entries must be finite.");
            Step(h, q, low, high, steps % 10 == 0 ? h[high, high] + Complex.Abs(h[high, high - 1]) : Shift(h, high));
        }
        return h;
    }

    private static bool IsNegligible(Complex[,] h, int i)
    {
        double beside = Complex.Abs(h[i, i]) + Complex.Abs(h[i - 1, i - 1]);
        return Complex.Abs(h[i, i - 1]) <= Precision * (beside == 0 ? Size(h) : beside);
    }

    // The eigenvalue of the last two rows and columns that is nearest to the last entry.
    private static Complex Shift(Complex[,] h, int high)
    {
        Complex half = (h[high - 1, high - 1] - h[high, high]) / 2, product = h[high - 1, high] * h[high, high - 1],
            root = Complex.Sqrt(half * half + product);
        Complex sum = Complex.Abs(half + root) >= Complex.Abs(half - root) ? half + root : half - root;
        return sum == 0 ? h[high, high] : h[high, high] - product / sum;
    }

    // H - shift I = Q R, H = R Q + shift I in rows and columns low to high.
    private static void Step(Complex[,] h, Complex[,]? q, int low, int high, Complex shift)
    {
        int n = h.GetLength(0);
        var (cos, sin) = (new Complex[n], new Complex[n]);
        for (int i = low; i <= high; i++)
            h[i, i] -= shift;
        for (int k = low; k < high; k++)
        {
            double radius = double.Hypot(Complex.Abs(h[k, k]), Complex.Abs(h[k + 1, k]));
            (cos[k], sin[k]) = radius == 0 ? (1, 0) : (h[k, k] / radius, h[k + 1, k] / radius);
            for (int j = k; j < n; j++)
            {
                Complex x = h[k, j], y = h[k + 1, j];
                h[k, j] = Complex.Conjugate(cos[k]) * x + Complex.Conjugate(sin[k]) * y;
                h[k + 1, j] = cos[k] * y - sin[k] * x;
            }
            h[k + 1, k] = 0;
        }
        for (int k = low; k < high; k++)
        {
            RotateColumns(h, k, Math.Min(k + 2, high + 1), cos[k], sin[k]);
            if (q is not null)
                RotateColumns(q, k, n, cos[k], sin[k]);
        }
        for (int i = low; i <= high; i++)
            h[i, i] += shift;
    }

    private static void RotateColumns(Complex[,] a, int k, int rows, Complex cos, Complex sin)
    {
        for (int i = 0; i < rows; i++)
        {
            Complex x = a[i, k], y = a[i, k + 1];
            a[i, k] = x * cos + y * sin;
            a[i, k + 1] = y * Complex.Conjugate(cos) - x * Complex.Conjugate(sin);
        }
    }

    // Two eigenvalues are a pair where one is nearer to the conjugate of the other than to the real axis; what has no partner is real.
    private static List<(Complex Value, int Index)> Pair(Complex[,] triangle)
    {
        var left = Enumerable.Range(0, triangle.GetLength(0)).OrderByDescending(i => Math.Abs(triangle[i, i].Imaginary)).ToList();
        var values = new List<(Complex, int)>();
        while (left.Count > 0)
        {
            int first = left[0];
            Complex value = triangle[first, first];
            left.RemoveAt(0);
            int other = left.Count == 0 ? -1 : left.MinBy(i => Complex.Abs(triangle[i, i] - Complex.Conjugate(value)));
            if (other < 0 || Complex.Abs(triangle[other, other] - Complex.Conjugate(value)) >= Math.Abs(value.Imaginary))
            {
                values.Add((value.Real, first));
                continue;
            }
            left.Remove(other);
            if (value.Imaginary < 0)
                (first, other) = (other, first);
            Complex mean = (triangle[first, first] + Complex.Conjugate(triangle[other, other])) / 2;
            values.Add((mean, first));
            values.Add((Complex.Conjugate(mean), other));
        }
        return values;
    }

    private static Complex[] Vector(Complex[,] t, Complex[,] q, double[] scales, int k, bool isReal, double size)
    {
        int n = t.GetLength(0);
        var small = new Complex[n];
        small[k] = 1;
        for (int i = k - 1; i >= 0; i--)
        {
            Complex sum = 0, gap = t[k, k] - t[i, i];
            for (int j = i + 1; j <= k; j++)
                sum += t[i, j] * small[j];
            small[i] = sum / (Complex.Abs(gap) < Precision * size ? Precision * size : gap);
        }
        var vector = new Complex[n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= k; j++)
                vector[i] += scales[i] * q[i, j] * small[j];
        // A real eigenvector comes with any phase.
        Complex largest = vector.MaxBy(Complex.Abs);
        Complex phase = isReal ? largest / Complex.Abs(largest) : 1;
        double norm = vector.Aggregate(0.0, (sum, x) => double.Hypot(sum, Complex.Abs(x)));
        return [.. vector.Select(x => x / phase / norm).Select(x => isReal ? x.Real : x)];
    }

    private static double Size(Complex[,] a)
    {
        double size = 0;
        foreach (var value in a)
            size = Math.Max(size, Complex.Abs(value));
        return size;
    }

    private static Complex[,] ToComplex(Matrix a)
    {
        var values = new Complex[a.Rows, a.Columns];
        for (int i = 0; i < a.Rows; i++)
            for (int j = 0; j < a.Columns; j++)
                values[i, j] = a[i, j];
        return values;
    }
}
