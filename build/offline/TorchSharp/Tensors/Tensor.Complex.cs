// Mirrors the complex numbers of TorchSharp.torch.Tensor.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor conj() => Op("conj", this);

        public Tensor conj_physical() => Op("conj_physical", this);
        public Tensor conj_physical_() => OpOn("conj_physical_", this);

        public Tensor resolve_conj() => Op("resolve_conj", this);

        public Tensor resolve_neg() => Op("resolve_neg", this);

        public Tensor angle() => Op("angle", this);

        public Tensor view_as_real() => Op("view_as_real", this);

        public Tensor view_as_complex() => Op("view_as_complex", this);
    }
}
