// Mirrors TorchSharp.torch.linalg.
namespace TorchSharp;

public static partial class torch
{
    public static class linalg
    {
        public static Tensor cholesky(Tensor input) => Op("linalg_cholesky", input);

        public static (Tensor L, Tensor info) cholesky_ex(Tensor input, bool check_errors = false) => Op2("linalg_cholesky_ex", input, check_errors);

        public static Tensor inv(Tensor input) => Op("linalg_inv", input);

        public static Tensor solve(Tensor A, Tensor B, bool left = true) => Op("linalg_solve", A, B, left);

        public static Tensor solve_triangular(
            Tensor A, Tensor B, bool upper, bool left = true, bool unitriangular = false, Tensor @out = null) =>
            @out is null ? Op("linalg_solve_triangular", A, B, upper, left, unitriangular) : Op("linalg_solve_triangular.out", A, B, upper, left, unitriangular, @out);

        public static Tensor det(Tensor input) => Op("linalg_det", input);

        public static (Tensor, Tensor) slogdet(Tensor input) => Op2("linalg_slogdet", input);

        public static Tensor norm(Tensor input, double ord, long[] dims = null, bool keepdim = false) =>
            Op("linalg_norm", input, (double)ord, dims, keepdim);

        public static Tensor norm(Tensor input, int ord, long[] dims = null, bool keepdim = false) =>
            Op("linalg_norm", input, (double)ord, dims, keepdim);

        public static Tensor norm(Tensor input, long[] dims = null, bool keepdim = false) => Op("linalg_norm", input, default(Scalar), dims, keepdim);

        public static Tensor norm(Tensor input, string ord, long[] dims = null, bool keepdim = false) =>
            Op("linalg_norm.ord_str", input, ord, dims, keepdim);

        public static Tensor matrix_norm(Tensor input, double ord, long[] dims = null, bool keepdim = false) =>
            Op("linalg_matrix_norm", input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor matrix_norm(Tensor input, string ord = "fro", long[] dims = null, bool keepdim = false) =>
            Op("linalg_matrix_norm.str_ord", input, ord, dims ?? [-2, -1], keepdim);

        public static Tensor diagonal(Tensor input, int offset = 0, int dim1 = -2, int dim2 = -1) => Op("linalg_diagonal", input, offset, dim1, dim2);

        public static Tensor multi_dot(IList<Tensor> tensors) => Op("linalg_multi_dot", tensors.ToArray());

        public static Tensor matrix_exp(Tensor input) => Op("linalg_matrix_exp", input);

        public static Tensor eigvals(Tensor input) => Op("linalg_eigvals", input);

        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = '\u004c') => Op2("linalg_eigh", input, UPLO.ToString());

        public static Tensor eigvalsh(Tensor input, char UPLO = '\u004c') => Op("linalg_eigvalsh", input, UPLO.ToString());

        public static (Tensor, Tensor) eig(Tensor input) => Op2("linalg_eig", input);

        public static Tensor svdvals(Tensor input) => Op("linalg_svdvals", input);

        public static Tensor householder_product(Tensor A, Tensor tau) => Op("linalg_householder_product", A, tau);
    }
}
