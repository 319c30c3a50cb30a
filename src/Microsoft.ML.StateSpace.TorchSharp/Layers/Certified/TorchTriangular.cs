using Microsoft.ML.StateSpace.Parameters;
using static TorchSharp.torch;

namespace Microsoft.ML.StateSpace.Torch.Layers;

/// <summary>
/// <see cref="Triangular"/>, in float64. Nothing here asks the device whether it has succeeded, for that would wait for it: where a parameter is infinite
/// or no number, so is the loss.
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
    public static Tensor SolveRightTransposed(Tensor factor, Tensor y) => linalg.solve_triangular(factor.transpose(0, 1), y, upper: true, left: false);

    /// <summary>
    /// The inverse of a matrix K with a symmetric part of at least I, as <c>(K^T K)^-1 K^T</c>: no singular value is below one. (Of the two inverses that
    /// TorchSharp has, inv waits for the device, and inv_ex is bound to the Cholesky factor as of 0.107.)
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
