// Mirrors the shapes and views of TorchSharp.torch.Tensor.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Op("view", this, shape);

        public Tensor view_as(Tensor other) => view(other.shape);

        public Tensor reshape(params long[] shape) => Op("reshape", this, shape);

        public Tensor transpose(long dim0, long dim1) => Op("transpose.int", this, dim0, dim1);
        public Tensor transpose_(long dim0, long dim1) => OpOn("transpose_", this, dim0, dim1);

        public Tensor t() => Op("t", this);

        public Tensor permute(IEnumerable<long> permutation) => Op("permute", this, permutation.ToArray());
        public Tensor permute(params long[] permutation) => Op("permute", this, permutation);

        public Tensor contiguous() => Op("contiguous", this);

        public Tensor unsqueeze(long dim) => Op("unsqueeze", this, dim);
        public Tensor unsqueeze_(long dim) => OpOn("unsqueeze_", this, dim);

        public Tensor squeeze(long? dim = null) => dim.HasValue ? Op("squeeze.dim", this, dim.Value) : Op("squeeze", this);
        public Tensor squeeze_(long? dim = null) => dim.HasValue ? OpOn("squeeze_.dim", this, dim.Value) : OpOn("squeeze_", this);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => Op("expand", this, sizes, isImplicit);
        public Tensor expand(long[] sizes, bool isImplicit = false) => Op("expand", this, sizes, isImplicit);
        public Tensor expand(params long[] sizes) => Op("expand", this, sizes);

        public Tensor expand_as(Tensor other) => expand(other.shape);

        public Tensor broadcast_to(params long[] shape) => Op("broadcast_to", this, shape);

        public Tensor narrow(long dim, long start, long length) => Op("narrow", this, dim, start, length);

        public Tensor slice(long dim, long start, long finish, long step) => Op("slice.Tensor", this, dim, start, finish, step);

        public Tensor select(long dim, long index) => Op("select.int", this, dim, index);

        public Tensor[] unbind(long dimension = 0) => OpList("unbind.int", this, dimension);

        public Tensor[] chunk(long chunks, long dim = 0) => OpList("chunk", this, chunks, dim);

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => OpList("split_with_sizes", this, sizes, dim);
        public Tensor[] split(long size, int dim = 0) => OpList("split.Tensor", this, size, dim);
        public Tensor[] split(long[] sizes, long dim = 0) => OpList("split_with_sizes", this, sizes, dim);
        public Tensor[] split(params long[] sizes) => OpList("split_with_sizes", this, sizes, 0);

        public Tensor[] tensor_split(Tensor indices, long dim = 0) => OpList("tensor_split.tensor_indices_or_sections", this, indices, dim);
        public Tensor[] tensor_split(long size, long dim = 0) => OpList("tensor_split.sections", this, size, dim);
        public Tensor[] tensor_split(long[] sizes, long dim = 0) => OpList("tensor_split.indices", this, sizes, dim);

        public Tensor roll((long, long) shifts, (long, long) dims) =>
            Op("roll", this, Dims(shifts.Item1, shifts.Item2), Dims(dims.Item1, dims.Item2));

        public Tensor roll((long, long, long) shifts, (long, long, long) dims) =>
            Op("roll", this, Dims(shifts.Item1, shifts.Item2, shifts.Item3), Dims(dims.Item1, dims.Item2, dims.Item3));

        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) => Op("roll", this, shifts, dims);
        public Tensor roll(long shifts, long? dims = null) => Op("roll", this, Dims(shifts), dims.HasValue ? Dims(dims.Value) : []);
        public Tensor roll(long[] shifts) => Op("roll", this, shifts, Dims(0));
        public Tensor roll(long[] shifts, long[] dims) => Op("roll", this, shifts, dims);

        public Tensor tril(long diagonal = 0) => Op("tril", this, diagonal);
        public Tensor tril_(long diagonal = 0) => OpOn("tril_", this, diagonal);

        public Tensor triu(long diagonal = 0) => Op("triu", this, diagonal);
        public Tensor triu_(long diagonal = 0) => OpOn("triu_", this, diagonal);

        public Tensor flip(params long[] dims) => Op("flip", this, dims);

        public Tensor fliplr() => Op("fliplr", this);

        public Tensor flipud() => Op("flipud", this);

        public Tensor repeat(params long[] sizes) => Op("repeat", this, sizes);

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Op("repeat_interleave.self_Tensor", this, repeats, dim, output_size);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Op("repeat_interleave.self_int", this, repeats, dim, output_size);

        public Tensor tile(long[] reps) => Op("tile", this, reps);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Op("flatten.using_ints", this, start_dim, end_dim);

        public Tensor diag(long diagonal = 0) => Op("diag", this, diagonal);

        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) => Op("diag_embed", this, offset, dim1, dim2);

        public Tensor diagflat(long offset = 0) => Op("diagflat", this, offset);

        public Tensor movedim(long[] source, long[] destination) => Op("movedim.intlist", this, source, destination);

        public Tensor moveaxis(long[] source, long[] destination) => Op("moveaxis.intlist", this, source, destination);

        public Tensor swapaxes(long dim0, long dim1) => Op("swapaxes", this, dim0, dim1);

        public Tensor swapdims(long dim0, long dim1) => Op("swapdims", this, dim0, dim1);

        public Tensor ravel() => Op("ravel", this);

        public Tensor unfold(long dimension, long size, long step) => Op("unfold", this, dimension, size, step);

        public Tensor alias() => new(Native.ot_retain(Handle));

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => Op("as_strided", this, size, strides, storageOffset);
    }
}
