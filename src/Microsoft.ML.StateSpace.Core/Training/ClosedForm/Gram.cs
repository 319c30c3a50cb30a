using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Products of a matrix with its own transpose, shared out to threads by rows of the result, so that no thread changes a bit.
/// </summary>
internal static class Gram
{
    private const int RowsOfPiece = 48;

    /// <summary><c>Z Z^T</c> of Z (rows, width), over some ranges of its columns: each is summed in float, and
    /// all of them in double.</summary>
    public static double[] OfRows(float[] z, int rows, IReadOnlyList<Range> ranges, Workers workers)
    {
        int width = z.Length / rows;
        var gram = new double[rows * rows];
        int pieces = (rows + RowsOfPiece - 1) / RowsOfPiece;
        var products = new float[workers.Count][];
        workers.Run(pieces, (worker, piece) =>
        {
            int first = piece * RowsOfPiece, count = Math.Min(RowsOfPiece, rows - first), columns = first + count;
            var product = products[worker] ??= new float[RowsOfPiece * rows];
            foreach (var range in ranges)
            {
                var (start, length) = range.GetOffsetAndLength(width);
                Gemm.Multiply(
                    count, columns, length, z.AsSpan(first * width + start), width, false, z.AsSpan(start), width, true, product, columns,
                    accumulate: false);
                for (int i = 0; i < count; i++)
                    for (int j = 0; j < columns; j++)
                        gram[(first + i) * rows + j] += product[i * columns + j];
            }
        });
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < i; j++)
                gram[j * rows + i] = gram[i * rows + j];
        return gram;
    }
}
