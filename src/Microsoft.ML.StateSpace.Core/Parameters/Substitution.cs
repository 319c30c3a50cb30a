using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>
/// Solves a triangular system for several right sides at once: unknown i is <c>(y_i - sum f_ik y_k) / f_ii</c> over the unknowns k that are
/// known before it. A strip of 16 right sides stays in registers while k runs. Where the right sides are rows, a strip of them is turned
/// first. Products and sums round apart, in one order, so a right side has the same bits on every machine and in every strip.
/// </summary>
internal static unsafe class Substitution
{
    private const int Lanes = 4, Strip = 4 * Lanes;

    /// <summary>
    /// Where the coefficients of a system lie, and in which order its unknowns become known. The coefficient f_ik is
    /// <c>factor[i row + k column]</c>.
    /// </summary>
    /// <param name="Row">Distance from the coefficients of one equation to those of the next.</param>
    /// <param name="Column">Distance from the coefficient of one unknown to that of the next.</param>
    /// <param name="FromEnd">Whether the last unknown is the first to be known.</param>
    /// <param name="Nearest">Whether the sum begins with the largest k.</param>
    public readonly record struct Order(int Row, int Column, bool FromEnd, bool Nearest);

    /// <summary>The right sides are the columns of y.</summary>
    public static void Columns(Matrix factor, Order order, Matrix y)
    {
        fixed (double* f = factor.Values, py = y.Values)
        {
            // A strip stays in the caches while it is solved.
            for (int column = 0; column < y.Columns; column += Strip)
                Run(f, order, y.Rows, py + column, y.Columns, Math.Min(Strip, y.Columns - column));
        }
    }

    /// <summary>The right sides are the rows of y.</summary>
    public static void Rows(Matrix factor, Order order, Matrix y)
    {
        int size = y.Columns, width = size > 1024 ? Lanes : Strip;
        double* turned = stackalloc double[size * width];
        fixed (double* f = factor.Values, py = y.Values)
        {
            for (int first = 0; first < y.Rows; first += width)
            {
                int count = Math.Min(width, y.Rows - first);
                double* rows = py + (nint)first * size;
                for (int i = 0; i < count; i++)
                    for (int j = 0; j < size; j++)
                        turned[j * width + i] = rows[i * size + j];
                for (int i = count; i < width; i++)
                    for (int j = 0; j < size; j++)
                        turned[j * width + i] = 0;
                Run(f, order, size, turned, width, width);
                for (int i = 0; i < count; i++)
                    for (int j = 0; j < size; j++)
                        rows[i * size + j] = turned[j * width + i];
            }
        }
    }

    private static void Run(double* factor, Order order, int size, double* y, nint stride, int width)
    {
        for (int n = 0; n < size; n++)
        {
            int i = order.FromEnd ? size - 1 - n : n, first = !order.FromEnd ? 0 : order.Nearest ? size - 1 : i + 1;
            nint step = order.FromEnd && order.Nearest ? -1 : 1;
            double* row = factor + (nint)i * order.Row, to = y + i * stride;
            Subtract(row + (nint)first * order.Column, step * order.Column, y + first * stride, step * stride, n, to, width);
            Divide(to, row[(nint)i * order.Column], width);
        }
    }

    /// <summary>
    /// <c>to -= sum of f_k x_k</c> over some steps from the first, where x_k are <paramref name="width"/> neighbouring values.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Subtract(double* f, nint stepF, double* x, nint stepX, int steps, double* to, int width)
    {
        int at = 0;
        for (; at + Strip <= width; at += Strip)
        {
            double* fk = f, xk = x + at, sums = to + at;
            Vector256<double> s0 = Vector256.Load(sums), s1 = Vector256.Load(sums + Lanes),
                s2 = Vector256.Load(sums + 2 * Lanes), s3 = Vector256.Load(sums + 3 * Lanes);
            for (int left = steps; left > 0; left--, fk += stepF, xk += stepX)
            {
                Vector256<double> factor = Vector256.Create(*fk);
                s0 -= factor * Vector256.Load(xk);
                s1 -= factor * Vector256.Load(xk + Lanes);
                s2 -= factor * Vector256.Load(xk + 2 * Lanes);
                s3 -= factor * Vector256.Load(xk + 3 * Lanes);
            }
            s0.Store(sums);
            s1.Store(sums + Lanes);
            s2.Store(sums + 2 * Lanes);
            s3.Store(sums + 3 * Lanes);
        }
        for (; at + Lanes <= width; at += Lanes)
        {
            double* fk = f, xk = x + at;
            var sum = Vector256.Load(to + at);
            for (int left = steps; left > 0; left--, fk += stepF, xk += stepX)
                sum -= Vector256.Create(*fk) * Vector256.Load(xk);
            sum.Store(to + at);
        }
        for (; at < width; at++)
        {
            double* fk = f, xk = x + at;
            double sum = to[at];
            for (int left = steps; left > 0; left--, fk += stepF, xk += stepX)
                sum -= *fk * *xk;
            to[at] = sum;
        }
    }

    /// <summary>Divides <paramref name="width"/> neighbouring values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Divide(double* values, double by, int width)
    {
        int at = 0;
        for (; at + Lanes <= width; at += Lanes)
            (Vector256.Load(values + at) / by).Store(values + at);
        for (; at < width; at++)
            values[at] /= by;
    }
}
