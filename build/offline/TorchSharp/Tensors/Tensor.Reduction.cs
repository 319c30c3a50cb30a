// Mirrors the reductions and scans of TorchSharp.torch.Tensor.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Op("sum", this, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => Op("sum.dim_IntList", this, dim, keepdim, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Op("sum.dim_IntList", this, Dims(dim), keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) =>
            Op("sum.dim_IntList", this, Dims(dim0, dim1), keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            Op("sum.dim_IntList", this, Dims(dim0, dim1, dim2), keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Op("sum.dim_IntList", this, dim, keepdim, type);

        public Tensor mean() => Op("mean", this);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Op("mean.dim", this, dimensions, keepdim, type);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor @out = null) =>
            @out is null ? Op("amax", this, dims, keepdim) : Op("amax.out", this, dims, keepdim, @out);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor @out = null) =>
            @out is null ? Op("amax", this, dims, keepdim) : Op("amax.out", this, dims, keepdim, @out);

        public Tensor amax(params long[] dims) => Op("amax", this, dims);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor @out = null) =>
            @out is null ? Op("amin", this, dims, keepdim) : Op("amin.out", this, dims, keepdim, @out);

        public Tensor amin(long[] dims, bool keepdim = false, Tensor @out = null) =>
            @out is null ? Op("amin", this, dims, keepdim) : Op("amin.out", this, dims, keepdim, @out);

        public Tensor amin(params long[] dims) => Op("amin", this, dims);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Op2("max.dim", this, dim, keepdim);
        public Tensor max() => Op("max", this);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Op2("min.dim", this, dim, keepdim);
        public Tensor min() => Op("min", this);

        public Tensor argmax() => Op("argmax", this);
        public Tensor argmax(long dim, bool keepdim = false) => Op("argmax", this, dim, keepdim);

        public Tensor argmin() => Op("argmin", this);
        public Tensor argmin(long dim, bool keepdim = false) => Op("argmin", this, dim, keepdim);

        public Tensor all() => Op("all", this);
        public Tensor all(long dim, bool keepdim = false) => Op("all.dim", this, dim, keepdim);

        public Tensor any() => Op("any", this);
        public Tensor any(long dim, bool keepdim = false) => Op("any.dim", this, dim, keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => Op("cumsum", this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Op("cumprod", this, dim, type);

        public Tensor logsumexp(long dim, bool keepdim = false) => Op("logsumexp", this, Dims(dim), keepdim);

        public Tensor logcumsumexp(long dim) => Op("logcumsumexp", this, dim);

        public Tensor norm(float p = 2f) => Op("norm.Scalar", this, p);
        public Tensor norm(int dim, bool keepdim = false, float p = 2f) => Op("norm.ScalarOpt_dim", this, (double)p, Dims(dim), keepdim);

        public Tensor prod(ScalarType? type = null) => Op("prod", this, type);
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Op("prod.dim_int", this, dim, keepdim, type);

        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Op("std.dim", this, Dims(dim.Item1, dim.Item2), unbiased, keepdim), type);

        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Op("std.dim", this, Dims(dim.Item1, dim.Item2, dim.Item3), unbiased, keepdim), type);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Op("std.dim", this, dimensions, unbiased, keepdim), type);

        public Tensor std(bool unbiased = true) => Op("std", this, unbiased);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Op("std.dim", this, Dims(dim), unbiased, keepdim), type);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Op("std.dim", this, dimensions, unbiased, keepdim), type);

        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Op("var.dim", this, Dims(dim.Item1, dim.Item2), unbiased, keepdim), type);

        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Op("var.dim", this, Dims(dim.Item1, dim.Item2, dim.Item3), unbiased, keepdim), type);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Op("var.dim", this, dimensions, unbiased, keepdim), type);

        public Tensor var(bool unbiased = true) => Op("var", this, unbiased);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(Op("var.dim", this, Dims(dim), unbiased, keepdim), type);

        public Tensor median() => Op("median", this);

        public Tensor count_nonzero(long[] dims = null) => Op("count_nonzero.dim_IntList", this, dims ?? []);

        public Tensor nansum() => Op("nansum", this);

        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false) => Op2("aminmax", this, dim, keepdim);
    }
}
