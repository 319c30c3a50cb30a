// Mirrors the products of matrices of TorchSharp.torch.Tensor.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor mm(Tensor target) => Op("mm", this, target);

        public Tensor bmm(Tensor batch2) => Op("bmm", this, batch2);

        public Tensor matmul(Tensor target) => Op("matmul", this, target);

        public Tensor mv(Tensor target) => Op("mv", this, target);

        public Tensor outer(Tensor vec2) => Op("outer", this, vec2);

        public Tensor ger(Tensor vec2) => Op("ger", this, vec2);

        public Tensor inner(Tensor vec2) => Op("inner", this, vec2);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1f, float alpha = 1f) => Op("addmm", this, mat1, mat2, beta, alpha);
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1f, float alpha = 1f) => OpOn("addmm_", this, mat1, mat2, beta, alpha);

        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1f, float alpha = 1f) => Op("addmv", this, mat, vec, beta, alpha);

        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1f, float alpha = 1f) => Op("addbmm", this, batch1, batch2, beta, alpha);

        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1f, float alpha = 1f) => Op("addr", this, vec1, vec2, beta, alpha);

        public Tensor kron(Tensor other) => Op("kron", this, other);

        public Tensor matrix_exp() => Op("matrix_exp", this);

        public Tensor matrix_power(int n) => Op("matrix_power", this, n);

        public Tensor cholesky(bool upper = false) => Op("cholesky", this, upper);

        public Tensor cholesky_inverse(bool upper = false) => Op("cholesky_inverse", this, upper);

        public Tensor cholesky_solve(Tensor input2, bool upper = false) => Op("cholesky_solve", this, input2, upper);

        public Tensor inverse() => Op("inverse", this);

        public Tensor det() => Op("det", this);

        public Tensor dot(Tensor target) =>
            shape.SequenceEqual(target.shape) ? Op("dot", this, target) : throw new InvalidOperationException("dot arguments must have the same shape.");

        public Tensor trace() =>
            ndim == 2 ? Op("trace", this) : throw new ArgumentException($"Expected a matrix, but got tensor with ndim == {ndim}");
    }
}
