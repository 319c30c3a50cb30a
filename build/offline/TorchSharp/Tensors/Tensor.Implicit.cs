// Mirrors the implicit conversions to TorchSharp.torch.Tensor: a number is a tensor of no dimensions, an array one of its own.
namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        // Never called: there so that a number is taken for a Scalar where both would do.
        public static implicit operator Tensor(Scalar scalar) => throw new InvalidOperationException("Should not be called.");

        public static implicit operator Tensor(bool value) => tensor(value);

        public static implicit operator Tensor(int value) => tensor(value);

        public static implicit operator Tensor(long value) => tensor(value);

        public static implicit operator Tensor(float value) => tensor(value);

        public static implicit operator Tensor(double value) => tensor(value);

        public static implicit operator Tensor((float, float) value) => tensor(value);

        public static implicit operator Tensor(System.Numerics.Complex value) => tensor(value);

        public static implicit operator Tensor(bool[] value) => tensor(value);

        public static implicit operator Tensor(int[] value) => tensor(value);

        public static implicit operator Tensor(long[] value) => tensor(value);

        public static implicit operator Tensor(float[] value) => tensor(value);

        public static implicit operator Tensor(double[] value) => tensor(value);
    }
}
