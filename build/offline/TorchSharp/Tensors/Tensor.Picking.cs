// Mirrors the picking and placing of elements of TorchSharp.torch.Tensor.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor gather(long dim, Tensor index) => Op("gather", this, dim, index);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Op("scatter.src", this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => OpOn("scatter_.src", this, dim, index, src);

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Op("scatter_add", this, dim, index, src);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => OpOn("scatter_add_", this, dim, index, src);

        public Tensor index_select(long dim, Tensor index) => Op("index_select", this, dim, index);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Op("index_add", this, dim, index, source, alpha);
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => OpOn("index_add_", this, dim, index, source, alpha);

        public Tensor index_copy(long dim, Tensor index, Tensor source) => Op("index_copy", this, dim, index, source);
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => OpOn("index_copy_", this, dim, index, source);

        public Tensor index_fill(long dim, Tensor index, Scalar value) => Op("index_fill.int_Scalar", this, dim, index, value);
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => OpOn("index_fill_.int_Scalar", this, dim, index, value);

        public Tensor masked_fill(Tensor mask, Scalar value) => Op("masked_fill.Scalar", this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => OpOn("masked_fill_.Scalar", this, mask, value);

        public Tensor masked_select(Tensor mask) => Op("masked_select", this, mask);

        public Tensor take_along_dim(Tensor indices) => Op("take_along_dim", this, indices);
        public Tensor take_along_dim(Tensor indices, long dim) => Op("take_along_dim", this, indices, dim);

        public Tensor nonzero() => Op("nonzero", this);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Op2("sort.stable", this, stable, dim, descending);

        public Tensor argsort(long dim = -1, bool descending = false) => Op("argsort", this, dim, descending);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Op2("topk", this, k, dim, largest, sorted);

        public Tensor select_scatter(Tensor src, long dim, long index) => Op("select_scatter", this, src, dim, index);

        public Tensor slice_scatter(Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1) =>
            Op("slice_scatter", this, src, dim, start, end, step);

        public Tensor diagonal_scatter(Tensor src, long offset = 0, long dim1 = 0, long dim2 = 1) =>
            Op("diagonal_scatter", this, src, offset, dim1, dim2);

        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) =>
            Op("isin.Tensor_Tensor", this, test_elements, assumeUnique, invert);

        public Tensor bincount(Tensor weights, long minlength = 0) => Op("bincount", this, weights, minlength);

        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false) =>
            Op("bucketize.Tensor", this, boundaries, outInt32, right);
    }
}
