using System.Numerics.Tensors;

namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>
/// The Cholesky factor L of a symmetric positive definite matrix, solves with it, and their gradients (Murray 2016, arXiv:1602.07527). All
/// methods work in place.
/// </summary>
internal static class Triangular
{
    /// <summary>
    /// Sets <paramref name="factor"/> to the lower triangular L with <c>L L^T = matrix</c>, and returns whether the matrix is positive
    /// definite. Only its lower half is read. Both arguments may be the same.
    /// </summary>
    public static bool Cholesky(Matrix matrix, Matrix factor)
    {
        int size = matrix.Rows;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
                factor[i, j] = (matrix[i, j] - TensorPrimitives.Dot<double>(factor.Row(i)[..j], factor.Row(j)[..j])) / factor[j, j];
            double square = matrix[i, i] - TensorPrimitives.Dot<double>(factor.Row(i)[..i], factor.Row(i)[..i]);
            if (!(square > 0) || double.IsInfinity(square))
                return false;
            factor[i, i] = Math.Sqrt(square);
            factor.Row(i)[(i + 1)..].Clear();
        }
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
    public static void Solve(Matrix factor, Matrix y)
    {
        for (int i = 0; i < y.Rows; i++)
        {
            var row = y.Row(i);
            for (int k = 0; k < i; k++)
                TensorPrimitives.MultiplyAdd(y.Row(k), -factor[i, k], row, row);
            TensorPrimitives.Divide(row, factor[i, i], row);
        }
    }

    /// <summary><c>y = L^-T y</c>.</summary>
    public static void SolveTransposed(Matrix factor, Matrix y)
    {
        for (int i = y.Rows - 1; i >= 0; i--)
        {
            var row = y.Row(i);
            for (int k = i + 1; k < y.Rows; k++)
                TensorPrimitives.MultiplyAdd(y.Row(k), -factor[k, i], row, row);
            TensorPrimitives.Divide(row, factor[i, i], row);
        }
    }

    /// <summary><c>y = y L^-1</c>.</summary>
    public static void SolveRight(Matrix factor, Matrix y)
    {
        for (int i = 0; i < y.Rows; i++)
        {
            var row = y.Row(i);
            for (int j = y.Columns - 1; j >= 0; j--)
            {
                row[j] /= factor[j, j];
                TensorPrimitives.MultiplyAdd(factor.Row(j)[..j], -row[j], row[..j], row[..j]);
            }
        }
    }

    /// <summary><c>y = y L^-T</c>.</summary>
    public static void SolveRightTransposed(Matrix factor, Matrix y)
    {
        for (int i = 0; i < y.Rows; i++)
        {
            var row = y.Row(i);
            for (int j = 0; j < y.Columns; j++)
                row[j] = (row[j] - TensorPrimitives.Dot<double>(factor.Row(j)[..j], row[..j])) / factor[j, j];
        }
    }
}
