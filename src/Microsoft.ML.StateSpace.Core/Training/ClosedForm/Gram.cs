using Microsoft.ML.StateSpace.Kernels;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Products of a matrix with its own transpose, shared out to threads by rows of the result, so that no thread changes a bit.
/// </summary>
internal static class Gram
{
    private const int RowsOfPiece = 48;

    // Features that are summed up in float before they are added up in double.
    private const int Block = 2048;

    /// <summary><c>Z Z^T</c> of Z (rows, width), in double.</summary>
    public static double[] OfRows(float[] z, int rows, Workers workers)
    {
        int width = z.Length / rows;
        var gram = new double[rows * rows];
        int pieces = (rows + RowsOfPiece - 1) / RowsOfPiece;
        var products = new float[workers.Count][];
        workers.Run(pieces, (worker, piece) =>
        {
            int first = piece * RowsOfPiece, count = Math.Min(RowsOfPiece, rows - first), columns = first + count;
            var product = products[worker] ??= new float[RowsOfPiece * rows];
            for (int start = 0; start < width; start += Block)
            {
                Gemm.Multiply(
                    count, columns, Math.Min(Block, width - start), z.AsSpan(first * width + start), width, false, z.AsSpan(start), width,
                    true, product, columns, accumulate: false);
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
