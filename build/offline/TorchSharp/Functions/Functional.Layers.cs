// Mirrors the layers of TorchSharp.torch.nn.functional.
namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor bias = null) => Op("linear", input, weights, bias);

            public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor bias = null) =>
                Op("bilinear", input1, input2, weight, bias);

            public static Tensor conv1d(
                Tensor input, Tensor weight, Tensor bias = null, long? stride = null, long? padding = null, long? dilation = null,
                long groups = 1) =>
                Op("conv1d", input, weight, bias, Dims(stride ?? 1), Dims(padding ?? 0), Dims(dilation ?? 1), groups);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor weight = null, Tensor bias = null, double eps = 1e-5) =>
                Op("layer_norm", input, normalized_shape, weight, bias, eps);

            public static Tensor group_norm(Tensor input, long num_groups, Tensor weight = null, Tensor bias = null, double eps = 1e-5) =>
                Op("group_norm", input, num_groups, weight, bias, eps);

            public static Tensor batch_norm(
                Tensor input, Tensor running_mean, Tensor running_var, Tensor weight = null, Tensor bias = null, bool training = false,
                double momentum = 0.1, double eps = 1e-5) =>
                Op("batch_norm", input, weight, bias, running_mean, running_var, training, momentum, eps, false);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? OpOn("dropout_", input, p, training) : Op("dropout", input, p, training);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Op("one_hot", x, num_classes);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Padded(input, Dims(pad.Item1, pad.Item2), mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Padded(input, Dims(pad.Item1, pad.Item2, pad.Item3, pad.Item4), mode, value);

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Padded(input, pad.ToArray(), mode, value);

            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Padded(input, Repeated(pad, 2 * (int)input.ndim), mode, value);

            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                Padded(input, pad, mode, value);

            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1e-8) =>
                Op("cosine_similarity", x1, x2, dim, eps);
        }
    }
}
