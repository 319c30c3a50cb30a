namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>
/// Every matrix U of spectral norm below one can be made from a free matrix F, without singular values: <c>U = F L^-T</c> with the Cholesky
/// factor <c>L L^T = I + F^T F</c>. Then <c>I - U^T U = L^-1 L^-T</c>, so <c>y L^-T</c> is y times a square root of <c>I - U^T U</c>.
/// </summary>
internal sealed class Contraction(int rows, int columns)
{
    private readonly Matrix _gram = new(columns, columns);

    /// <summary>F, (rows, columns).</summary>
    public Matrix Free { get; } = new(rows, columns);

    /// <summary>U, (rows, columns).</summary>
    public Matrix Value { get; } = new(rows, columns);

    /// <summary>L, (columns, columns).</summary>
    public Matrix Factor { get; } = new(columns, columns);

    /// <summary>The gradient of U, which <see cref="Backward"/> replaces by that of F.</summary>
    public Matrix Gradient { get; } = new(rows, columns);

    /// <summary>The gradient of L; only the lower half counts.</summary>
    public Matrix FactorGradient { get; } = new(columns, columns);

    /// <summary>Computes L and U from F, and clears the gradients.</summary>
    public void Forward()
    {
        _gram.Clear();
        _gram.AddToDiagonal(1);
        _gram.AddProductOfTransposed(Free, Free);
        Triangular.Cholesky(_gram, Factor);
        Value.Set(Free);
        Triangular.SolveRightTransposed(Factor, Value);
        ClearGradients();
    }

    /// <summary>Clears the gradients of U and L.</summary>
    public void ClearGradients()
    {
        Gradient.Clear();
        FactorGradient.Clear();
    }

    /// <summary><c>y = y L^-T</c>.</summary>
    public void MultiplyRemainder(Matrix y) => Triangular.SolveRightTransposed(Factor, y);

    /// <summary>Replaces the gradient of <c>z = y L^-T</c> by that of y, in place, and adds to that of L.</summary>
    public void MultiplyRemainderBackward(Matrix z, Matrix gradient)
    {
        Triangular.SolveRight(Factor, gradient);
        FactorGradient.AddProductOfTransposed(gradient, z, -1);
    }

    /// <summary>Turns the gradient of U and L into that of F.</summary>
    public void Backward()
    {
        // U = F L^-T
        MultiplyRemainderBackward(Value, Gradient);
        // L L^T = I + F^T F
        Triangular.CholeskyBackward(Factor, FactorGradient, _gram);
        Gradient.AddProduct(Free, _gram, 2);
    }
}
