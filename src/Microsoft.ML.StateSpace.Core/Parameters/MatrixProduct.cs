using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>
/// The products of <see cref="Matrix"/>. A tile of four rows and two vectors of c stays in registers while k runs, because a step of a
/// training waits for these products. Every element is summed over k in ascending order from its old value, by a multiplication and an
/// addition that round apart, so it has the same bits on every machine and wherever it stands.
/// </summary>
internal static unsafe class MatrixProduct
{
    private const int TileRows = 4, Lanes = 4, Panel = 2 * Lanes;

    // Steps of k of a panel that is packed: 16 KB, which stay in the first-level cache.
    private const int MaxPacked = 256;

    /// <summary><c>c += factor op(a) op(b)</c>, where an operand may be transposed.</summary>
    public static void Add(Matrix a, bool transposeA, Matrix b, bool transposeB, double factor, Matrix c)
    {
        int steps = transposeB ? b.Columns : b.Rows;
        nint rowA = transposeA ? 1 : a.Columns, stepA = transposeA ? a.Columns : 1;
        fixed (double* pa = a.Values, pb = b.Values, pc = c.Values)
        {
            if (!transposeB)
            {
                Rows(pa, rowA, stepA, pb, b.Columns, pc, c.Columns, c.Rows, c.Columns, steps, factor);
                return;
            }
            // Rows of b become columns of a panel.
            double* packed = stackalloc double[Panel * Math.Min(steps, MaxPacked)];
            for (int first = 0; first < steps; first += MaxPacked)
            {
                int depth = Math.Min(MaxPacked, steps - first);
                for (int j = 0; j < c.Columns; j += Panel)
                {
                    int columns = Math.Min(Panel, c.Columns - j);
                    for (int column = 0; column < columns; column++)
                    {
                        double* from = pb + (nint)(j + column) * steps + first, to = packed + column;
                        for (int k = 0; k < depth; k++, to += Panel)
                            *to = from[k];
                    }
                    Rows(pa + first * stepA, rowA, stepA, packed, Panel, pc + j, c.Columns, c.Rows, columns, depth, factor);
                }
            }
        }
    }

    private static void Rows(
        double* a, nint rowA, nint stepA, double* b, nint stepB, double* c, nint rowC, int rows, int columns, int steps, double factor)
    {
        int j = 0;
        for (; j + Panel <= columns; j += Panel)
        {
            int i = 0;
            for (; i + TileRows <= rows; i += TileRows)
                Tile(a + i * rowA, rowA, stepA, b + j, stepB, c + i * rowC + j, rowC, steps, factor);
            for (; i < rows; i++)
                Row(a + i * rowA, stepA, b + j, stepB, c + i * rowC + j, steps, factor);
        }
        for (; j < columns; j++)
            for (int i = 0; i < rows; i++)
                Element(a + i * rowA, stepA, b + j, stepB, c + i * rowC + j, steps, factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(
        double* a, nint rowA, nint stepA, double* b, nint stepB, double* c, nint rowC, int steps, double factor)
    {
        double* c1 = c + rowC, c2 = c1 + rowC, c3 = c2 + rowC;
        Vector256<double> s00 = Vector256.Load(c), s01 = Vector256.Load(c + Lanes);
        Vector256<double> s10 = Vector256.Load(c1), s11 = Vector256.Load(c1 + Lanes);
        Vector256<double> s20 = Vector256.Load(c2), s21 = Vector256.Load(c2 + Lanes);
        Vector256<double> s30 = Vector256.Load(c3), s31 = Vector256.Load(c3 + Lanes);
        for (; steps > 0; steps--, a += stepA, b += stepB)
        {
            Vector256<double> b0 = Vector256.Load(b), b1 = Vector256.Load(b + Lanes), x = Vector256.Create(factor * a[0]);
            s00 += b0 * x;
            s01 += b1 * x;
            x = Vector256.Create(factor * a[rowA]);
            s10 += b0 * x;
            s11 += b1 * x;
            x = Vector256.Create(factor * a[2 * rowA]);
            s20 += b0 * x;
            s21 += b1 * x;
            x = Vector256.Create(factor * a[3 * rowA]);
            s30 += b0 * x;
            s31 += b1 * x;
        }
        s00.Store(c);
        s01.Store(c + Lanes);
        s10.Store(c1);
        s11.Store(c1 + Lanes);
        s20.Store(c2);
        s21.Store(c2 + Lanes);
        s30.Store(c3);
        s31.Store(c3 + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(double* a, nint stepA, double* b, nint stepB, double* c, int steps, double factor)
    {
        Vector256<double> s0 = Vector256.Load(c), s1 = Vector256.Load(c + Lanes);
        for (; steps > 0; steps--, a += stepA, b += stepB)
        {
            Vector256<double> x = Vector256.Create(factor * *a);
            s0 += Vector256.Load(b) * x;
            s1 += Vector256.Load(b + Lanes) * x;
        }
        s0.Store(c);
        s1.Store(c + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Element(double* a, nint stepA, double* b, nint stepB, double* c, int steps, double factor)
    {
        double sum = *c;
        for (; steps > 0; steps--, a += stepA, b += stepB)
            sum += *b * (factor * *a);
        *c = sum;
    }
}
