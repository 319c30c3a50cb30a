namespace Microsoft.ML.StateSpace.Testing.Oracle;

/// <summary>
/// Eigenvalues and eigenvectors of a small real symmetric matrix by Jacobi's cyclic rotations (Golub and Van Loan, section 8.5).
/// </summary>
internal static class SymmetricEigen
{
    private const int MostSweeps = 60;

    /// <summary>The eigenvalues, and the eigenvectors as columns. Destroys <paramref name="matrix"/>.</summary>
    public static (double[] Values, double[,] Vectors) Decompose(double[,] matrix)
    {
        int size = matrix.GetLength(0);
        var vectors = new double[size, size];
        for (int i = 0; i < size; i++)
            vectors[i, i] = 1;
        for (int sweep = 0; sweep < MostSweeps && Rotate(matrix, vectors, size); sweep++)
        {
        }
        var values = new double[size];
        for (int i = 0; i < size; i++)
            values[i] = matrix[i, i];
        return (values, vectors);
    }

    private static bool Rotate(double[,] matrix, double[,] vectors, int size)
    {
        bool rotated = false;
        for (int p = 0; p < size; p++)
        {
            for (int q = p + 1; q < size; q++)
            {
                double off = matrix[p, q];
                if (Math.Abs(off) <= 1e-17 * Math.Sqrt(Math.Abs(matrix[p, p] * matrix[q, q])))
                    continue;
                rotated = true;
                double tau = (matrix[q, q] - matrix[p, p]) / (2 * off);
                double tangent = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + tau * tau));
                double cosine = 1 / Math.Sqrt(1 + tangent * tangent), sine = tangent * cosine;
                for (int i = 0; i < size; i++)
                    (matrix[i, p], matrix[i, q]) =
                        (cosine * matrix[i, p] - sine * matrix[i, q], sine * matrix[i, p] + cosine * matrix[i, q]);
                for (int i = 0; i < size; i++)
                {
                    (matrix[p, i], matrix[q, i]) =
                        (cosine * matrix[p, i] - sine * matrix[q, i], sine * matrix[p, i] + cosine * matrix[q, i]);
                    (vectors[i, p], vectors[i, q]) =
                        (cosine * vectors[i, p] - sine * vectors[i, q], sine * vectors[i, p] + cosine * vectors[i, q]);
                }
            }
        }
        return rotated;
    }
}
