// Mirrors the functions of TorchSharp.torch that take several tensors: cat, stack and their like, and einsum.
namespace TorchSharp;

public static partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Op("cat", tensors.ToArray(), dim);

    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Op("stack", tensors.ToArray(), dim);

    public static Tensor hstack(params Tensor[] tensors) => Op("hstack", tensors);

    public static Tensor vstack(IList<Tensor> tensors) => Op("vstack", tensors.ToArray());

    public static Tensor block_diag(params Tensor[] tensors) => Op("block_diag", tensors);

    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") => OpList("meshgrid.indexing", tensors.ToArray(), indexing);

    public static Tensor einsum(string equation, params Tensor[] tensors) => Op("einsum", equation, tensors);
}
