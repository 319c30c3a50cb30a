// Mirrors the properties of TorchSharp.torch.Tensor that are views of it, the tests for equality, and the tensors made like it.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor T => Op("numpy_T", this);

        public Tensor mT => Op("mT", this);

        public Tensor mH => Op("mH", this);

        public Tensor real => Op("real", this);

        public Tensor imag => Op("imag", this);

        public bool Equals(Tensor target) => target is not null && OpScalar("equal", this, target).ToBoolean();

        public override bool Equals(object obj) => Equals(obj as Tensor);

        public override int GetHashCode() => base.GetHashCode();

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            target is not null && OpScalar("allclose", this, target, rtol, atol, equal_nan).ToBoolean();

        public bool is_nonzero() =>
            numel() == 1 ? OpScalar("is_nonzero", this).ToBoolean() : throw new InvalidOperationException("is_nonzero() called on non-singleton tensor");

        public Tensor zeros_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            Like("zeros_like", dtype, device, requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            Like("ones_like", dtype, device, requires_grad);

        public Tensor empty_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            Like("empty_like", dtype, device, requires_grad);

        public Tensor rand_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            Like("rand_like", dtype, device, requires_grad);

        public Tensor randn_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            Like("randn_like", dtype, device, requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            Op("full_like", this, value, dtype, default, InitializeDevice(device ?? this.device)).requires_grad_(requires_grad);

        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            Op("new_zeros", this, size, dtype, default, InitializeDevice(device ?? this.device)).requires_grad_(requires_grad);

        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false) =>
            Op("new_empty", this, size, dtype, default, InitializeDevice(device ?? this.device)).requires_grad_(requires_grad);

        private Tensor Like(string op, ScalarType? type, Device device, bool requiresGrad) =>
            Op(op, this, type, default, InitializeDevice(device ?? this.device)).requires_grad_(requiresGrad);
    }
}
