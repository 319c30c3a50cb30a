namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>
/// The Cholesky factor L of a symmetric positive definite matrix, solves with it, and their gradients (Murray 2016, arXiv:1602.07527). All
/// methods work in place.
/// </summary>
internal static unsafe class Triangular
{
    /// <summary>
    /// Sets <paramref name="factor"/> to the lower triangular L with <c>L L^T = matrix</c>, and returns whether the matrix is positive
    /// definite. Only its lower half is read. Both arguments may be the same.
    /// </summary>
    public static bool Cholesky(Matrix matrix, Matrix factor)
    {
        int size = matrix.Rows;
        fixed (double* lower = matrix.Values, l = factor.Values)
        {
            // Rows of L^T, whose values lie side by side, are made in the upper half.
            for (int j = 0; j < size; j++)
            {
                double* row = l + (nint)j * size;
                for (int i = j; i < size; i++)
                    row[i] = lower[(nint)i * size + j];
                Substitution.Subtract(l + j, size, l + j, size, j, row + j, size - j);
                if (!(row[j] > 0) || double.IsInfinity(row[j]))
                    return false;
                row[j] = Math.Sqrt(row[j]);
                Substitution.Divide(row + j + 1, row[j], size - j - 1);
            }
        }
        for (int i = 1; i < size; i++)
            for (int j = 0; j < i; j++)
                (factor[i, j], factor[j, i]) = (factor[j, i], 0);
        return true;
    }

    /// <summary>
    /// From the gradient of L to that of the symmetric matrix: <c>(S + S^T) / 2</c> with <c>S = L^-T Phi(L^T gradient) L^-1</c>, where Phi
    /// keeps the lower half and halves the diagonal. <paramref name="gradient"/> is destroyed; its upper half is not read.
    /// </summary>
    public static void CholeskyBackward(Matrix factor, Matrix gradient, Matrix matrixGradient)
    {
        for (int i = 0; i < gradient.Rows; i++)
            gradient.Row(i)[(i + 1)..].Clear();
        matrixGradient.Clear();
        matrixGradient.AddProductOfTransposed(factor, gradient);
        for (int i = 0; i < gradient.Rows; i++)
        {
            matrixGradient[i, i] *= 0.5;
            matrixGradient.Row(i)[(i + 1)..].Clear();
        }
        SolveTransposed(factor, matrixGradient);
        SolveRight(factor, matrixGradient);
        matrixGradient.Symmetrize();
    }

    /// <summary><c>y = L^-1 y</c>.</summary>
    public static void Solve(Matrix factor, Matrix y) => Substitution.Columns(factor, new(factor.Columns, 1, false, false), y);

    /// <summary><c>y = L^-T y</c>.</summary>
    public static void SolveTransposed(Matrix factor, Matrix y) => Substitution.Columns(factor, new(1, factor.Columns, true, false), y);

    /// <summary><c>y = y L^-1</c>.</summary>
    public static void SolveRight(Matrix factor, Matrix y) => Substitution.Rows(factor, new(1, factor.Columns, true, true), y);

    /// <summary><c>y = y L^-T</c>.</summary>
    public static void SolveRightTransposed(Matrix factor, Matrix y) => Substitution.Rows(factor, new(factor.Columns, 1, false, false), y);
}
