using System.Numerics.Tensors;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Answers of a ridge regression to rows that are left out together with their neighbours. Windows of one record overlap, and stand side
/// by side among the training rows: a row whose neighbours stay tells nothing about records that nobody has seen. With
/// <c>P = a (K + a I)^-1 - u u^T</c>, where u is the unit vector of the constant, the errors of a block B that is left out are
/// <c>P_BB^-1 a (G y)_B</c>, exactly as for a block of one row.
/// </summary>
internal static class LeftOutBlocks
{
    /// <summary>Blocks of neighbours that are left out one after the other; fewer rows are left out one by one.</summary>
    public const int Count = 20;

    // The least that is left of a row's own weight.
    private const double Least = 1e-12;

    /// <param name="a">The penalty.</param>
    /// <param name="vectors">The eigenvectors of K, one after the other, (rows, rows).</param>
    /// <param name="inverses">For each its inverse in <c>(K + a I)^-1</c>.</param>
    /// <param name="dual"><c>G y</c>, (outputs, rows).</param>
    /// <param name="targets">The targets, values.</param>
    /// <param name="total">The sum of the weights of the rows.</param>
    /// <param name="scores">(rows, outputs); assigned.</param>
    public static void Scores(
        double a, double[] vectors, double[] inverses, double[] dual, ReadOutTargets targets, double total, double[] scores)
    {
        int rows = inverses.Length, blocks = Math.Min(rows, Count);
        for (int block = 0; block < blocks; block++)
        {
            int first = (int)((long)block * rows / blocks), size = (int)((block + 1L) * rows / blocks) - first;
            var own = Own(a, vectors, inverses, targets.Weights, total, first, size);
            var errors = new Matrix(size, targets.Outputs);
            for (int i = 0; i < size; i++)
                for (int k = 0; k < targets.Outputs; k++)
                    errors[i, k] = a * dual[k * rows + first + i];
            Triangular.Solve(own, errors);
            Triangular.SolveTransposed(own, errors);
            for (int i = 0; i < size; i++)
                for (int k = 0; k < targets.Outputs; k++)
                {
                    int at = (first + i) * targets.Outputs + k;
                    scores[at] = targets.Values[at] - errors[i, k] / Math.Sqrt(targets.Weights[first + i]);
                }
        }
    }

    // The factor of P_BB, (size, size).
    private static Matrix Own(
        double a, double[] vectors, double[] inverses, float[] weights, double total, int first, int size)
    {
        int rows = inverses.Length;
        var own = new Matrix(size, size);
        for (int j = 0; j < rows; j++)
        {
            var vector = vectors.AsSpan(j * rows + first, size);
            for (int i = 0; i < size; i++)
                TensorPrimitives.MultiplyAdd(vector[..(i + 1)], a * inverses[j] * vector[i], own.Row(i)[..(i + 1)], own.Row(i)[..(i + 1)]);
        }
        for (int i = 0; i < size; i++)
            for (int k = 0; k <= i; k++)
                own[i, k] -= Math.Sqrt((double)weights[first + i] * weights[first + k]) / total;
        Factorize(own);
        return own;
    }

    // Cholesky, in place, of the lower half. Where next to nothing is left of a row, its pivot is the least there is.
    private static void Factorize(Matrix own)
    {
        for (int i = 0; i < own.Rows; i++)
        {
            var row = own.Row(i);
            for (int j = 0; j < i; j++)
                row[j] = (row[j] - TensorPrimitives.Dot<double>(row[..j], own.Row(j)[..j])) / own[j, j];
            row[i] = Math.Sqrt(Math.Max(row[i] - TensorPrimitives.Dot<double>(row[..i], row[..i]), Least));
        }
    }
}
