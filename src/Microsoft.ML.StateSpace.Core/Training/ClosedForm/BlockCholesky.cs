using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// The Cholesky factor of a large symmetric positive definite matrix, in float, by blocks of columns: the work is in products of matrices,
/// whose rows the threads share (Golub, Van Loan, "Matrix Computations", 4.2). Blocks on the diagonal are factored in double.
/// </summary>
internal static class BlockCholesky
{
    private const int Block = 128, RowsOfPiece = 96;

    /// <summary>
    /// Replaces the lower half of the matrix (size, size) by L with <c>L L^T = matrix</c>; the upper half is not looked at.
    /// </summary>
    /// <returns>Whether the matrix is positive definite but for rounding; where it is not, what it holds is of no use.</returns>
    public static bool Factor(float[] matrix, int size, Workers workers)
    {
        var negative = new float[Block * size];
        var diagonal = new double[Block * Block];
        var inverse = new float[Block * Block];
        var pieces = new float[workers.Count][];
        for (int start = 0; start < size; start += Block)
        {
            int columns = Math.Min(Block, size - start), rows = size - start, from = start;
            for (int i = 0; i < columns; i++)
                TensorPrimitives.Negate(matrix.AsSpan((from + i) * size, from), negative.AsSpan(i * from, from));
            workers.Run((rows + RowsOfPiece - 1) / RowsOfPiece, (_, piece) =>
            {
                int first = from + piece * RowsOfPiece, count = Math.Min(RowsOfPiece, size - first);
                Gemm.Multiply(
                    count, columns, from, matrix.AsSpan(first * size), size, false, negative, from, true,
                    matrix.AsSpan(first * size + from), size, accumulate: true);
            });
            if (!FactorDiagonal(matrix, size, from, columns, diagonal, inverse))
                return false;
            int below = from + columns;
            workers.Run((size - below + RowsOfPiece - 1) / RowsOfPiece, (worker, piece) =>
            {
                int first = below + piece * RowsOfPiece, count = Math.Min(RowsOfPiece, size - first);
                var held = (pieces[worker] ??= new float[RowsOfPiece * Block]).AsSpan(0, count * columns);
                for (int i = 0; i < count; i++)
                    matrix.AsSpan((first + i) * size + from, columns).CopyTo(held[(i * columns)..]);
                Gemm.Multiply(
                    count, columns, columns, held, columns, false, inverse, columns, true, matrix.AsSpan(first * size + from), size,
                    accumulate: false);
            });
        }
        return true;
    }

    /// <summary>Solves <c>L L^T x = y</c> in place.</summary>
    /// <param name="factor">L, (size, size).</param>
    /// <param name="y">(size).</param>
    public static void Solve(float[] factor, Span<float> y)
    {
        int size = y.Length;
        for (int i = 0; i < size; i++)
            y[i] = (y[i] - TensorPrimitives.Dot(factor.AsSpan(i * size, i), y[..i])) / factor[i * size + i];
        for (int i = size - 1; i >= 0; i--)
        {
            y[i] /= factor[i * size + i];
            TensorPrimitives.MultiplyAdd(factor.AsSpan(i * size, i), -y[i], y[..i], y[..i]);
        }
    }

    // The factor of the block on the diagonal, in place, and its inverse, (columns, columns).
    private static bool FactorDiagonal(float[] matrix, int size, int from, int columns, double[] l, float[] inverse)
    {
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = matrix[(from + i) * size + from + j]
                    - TensorPrimitives.Dot<double>(l.AsSpan(i * Block, j), l.AsSpan(j * Block, j));
                if (i == j && !(rest > 0))
                    return false;
                l[i * Block + j] = i == j ? Math.Sqrt(rest) : rest / l[j * Block + j];
                matrix[(from + i) * size + from + j] = (float)l[i * Block + j];
            }
        }
        inverse.AsSpan(0, columns * columns).Clear();
        for (int j = 0; j < columns; j++)
        {
            for (int i = j; i < columns; i++)
            {
                double sum = i == j ? 1 : 0;
                for (int k = j; k < i; k++)
                    sum -= l[i * Block + k] * inverse[k * columns + j];
                inverse[i * columns + j] = (float)(sum / l[i * Block + i]);
            }
        }
        return true;
    }
}
