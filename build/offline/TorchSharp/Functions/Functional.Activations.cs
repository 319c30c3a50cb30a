// Mirrors the activations of TorchSharp.torch.nn.functional.
namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            public static Tensor relu6(Tensor x, bool inplace = false) => inplace ? x.relu6_() : x.relu6();

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            public static Tensor SiLU(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            public static Tensor selu(Tensor x, bool inplace = false) => inplace ? x.selu_() : x.selu();

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => Op("softplus", x, beta, threshold);

            public static Tensor elu(Tensor x, double alpha, bool inplace = false) => inplace ? OpOn("elu_", x, alpha) : Op("elu", x, alpha);

            public static Tensor celu(Tensor x, double alpha, bool inplace = false) => inplace ? OpOn("celu_", x, alpha) : Op("celu", x, alpha);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? OpOn("leaky_relu_", input, negative_slope) : Op("leaky_relu", input, negative_slope);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor glu(Tensor input, long dim = -1) => Op("glu", input, dim);

            public static Tensor hardswish(Tensor input, bool inplace = false) => inplace ? input.hardswish_() : input.hardswish();

            public static Tensor hardsigmoid(Tensor input, bool inplace = false) => inplace ? input.hardsigmoid_() : input.hardsigmoid();

            public static Tensor prelu(Tensor input, Tensor weight) => Op("prelu", input, weight);
        }
    }
}
