// Mirrors the activations of TorchSharp.torch.Tensor.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor gelu() => Op("gelu", this);

        public Tensor silu() => Op("silu", this);
        public Tensor silu_() => OpOn("silu_", this);

        public Tensor relu() => Op("relu", this);
        public Tensor relu_() => OpOn("relu_", this);

        public Tensor relu6() => Op("relu6", this);
        public Tensor relu6_() => OpOn("relu6_", this);

        public Tensor selu() => Op("selu", this);
        public Tensor selu_() => OpOn("selu_", this);

        public Tensor hardsigmoid() => Op("hardsigmoid", this);
        public Tensor hardsigmoid_() => OpOn("hardsigmoid_", this);

        public Tensor hardswish() => Op("hardswish", this);
        public Tensor hardswish_() => OpOn("hardswish_", this);

        public Tensor log_sigmoid() => Op("log_sigmoid", this);

        public Tensor leaky_relu(Scalar negative_slope) => Op("leaky_relu", this, negative_slope);
        public Tensor leaky_relu_(Scalar negative_slope) => OpOn("leaky_relu_", this, negative_slope);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Op("softmax.int", this, dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Op("log_softmax.int", this, dim, dtype);

        public Tensor celu() => Op("celu", this);
        public Tensor celu_() => OpOn("celu_", this);

        public Tensor prelu(Tensor target) => Op("prelu", this, target);
    }
}
