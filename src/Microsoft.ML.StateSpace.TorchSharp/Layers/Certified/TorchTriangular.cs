using Microsoft.ML.StateSpace.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="Triangular"/>, in float64. Nothing here asks the device whether a factorisation has succeeded, because the answer would have
/// to be waited for. It is not needed: where a parameter is infinite or no number, the loss is no number either, and the training loop
/// stops at that.
/// </summary>
internal static class TorchTriangular
{
    /// <summary>L with <c>L L^T</c> the symmetric positive definite matrix.</summary>
    public static Tensor Cholesky(Tensor matrix) => linalg.cholesky_ex(matrix, check_errors: false).L;

    /// <summary><c>L^-1 y</c>.</summary>
    public static Tensor Solve(Tensor factor, Tensor y) => linalg.solve_triangular(factor, y, upper: false);

    /// <summary><c>L^-T y</c>.</summary>
    public static Tensor SolveTransposed(Tensor factor, Tensor y) => linalg.solve_triangular(factor.transpose(0, 1), y, upper: true);

    /// <summary><c>y L^-T</c>.</summary>
    public static Tensor SolveRightTransposed(Tensor factor, Tensor y)
        => linalg.solve_triangular(factor.transpose(0, 1), y, upper: true, left: false);

    /// <summary>
    /// The inverse of a matrix K whose symmetric part is at least I, as <c>(K^T K)^-1 K^T</c>. That is accurate, since no singular value of
    /// K is below one. TorchSharp has two inverses of its own, but <c>inv</c> waits for the device, and <c>inv_ex</c> calls the Cholesky
    /// factor by mistake (as of 0.107).
    /// </summary>
    public static Tensor Inverse(Tensor matrix)
    {
        var transposed = matrix.transpose(0, 1);
        var factor = Cholesky(transposed.mm(matrix));
        return SolveTransposed(factor, Solve(factor, transposed));
    }

    /// <summary>The identity of that size, like a tensor otherwise.</summary>
    public static Tensor Identity(Tensor like, long size) => eye(size, dtype: like.dtype, device: like.device);
}
