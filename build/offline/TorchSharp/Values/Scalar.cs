// Mirrors TorchSharp.Scalar: a number with the type that libtorch gives it, which is the widest of its kind.
using System.Numerics;
using static TorchSharp.torch;

namespace TorchSharp;

public sealed class Scalar : IDisposable
{
    private Scalar(ScalarType type, Complex value, long integer = 0) => (Type, Value, Integer) = (type, value, integer);

    public ScalarType Type { get; }

    internal Complex Value { get; }

    internal long Integer { get; }

    public static implicit operator Scalar(byte value) => (long)value;

    public static implicit operator Scalar(sbyte value) => (long)value;

    public static implicit operator Scalar(short value) => (long)value;

    public static implicit operator Scalar(int value) => (long)value;

    public static implicit operator Scalar(long value) => new(ScalarType.Int64, value, value);

    public static implicit operator Scalar(Half value) => (double)value;

    public static implicit operator Scalar(float value) => (double)value;

    public static implicit operator Scalar(double value) => new(ScalarType.Float64, value);

    public static implicit operator Scalar(bool value) => new(ScalarType.Bool, value ? 1 : 0, value ? 1 : 0);

    public static implicit operator Scalar((float, float) value) => new Complex(value.Item1, value.Item2);

    public static implicit operator Scalar(Complex value) => new(ScalarType.ComplexFloat64, value);

    // The original holds native memory; here there is none to give back.
    public void Dispose()
    {
    }
}
