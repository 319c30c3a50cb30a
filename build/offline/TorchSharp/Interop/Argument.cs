// An argument of an operator, made by conversion from what the bindings have, so that a binding is one line.
using static TorchSharp.torch;

namespace TorchSharp;

internal readonly struct Argument
{
    private Argument(Kind kind, long bits = 0, double imaginary = 0, int count = 0, object source = null) =>
        (Kind, Bits, Imaginary, Count, Source) = (kind, bits, imaginary, count, source);

    internal Kind Kind { get; }

    internal long Bits { get; }

    internal double Imaginary { get; }

    /// <summary>The elements of a list, the bytes of a text or the index of a device.</summary>
    internal int Count { get; }

    /// <summary>What must live until the call is over, and where a list's elements are.</summary>
    internal object Source { get; }

    public static implicit operator Argument(Tensor value) =>
        value is null ? default : new(Kind.Tensor, value.Handle, source: value);

    public static implicit operator Argument(Tensor[] values) => List(Kind.Tensors, values);

    public static implicit operator Argument(long value) => new(Kind.Integer, value);

    public static implicit operator Argument(long? value) => value is { } given ? given : default(Argument);

    public static implicit operator Argument(double value) => new(Kind.Real, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(double? value) => value is { } given ? given : default(Argument);

    public static implicit operator Argument(bool value) => new(Kind.Boolean, value ? 1 : 0);

    public static implicit operator Argument(long[] values) => List(Kind.Integers, values);

    public static implicit operator Argument(ReadOnlySpan<long> values) => values.ToArray();

    public static implicit operator Argument(double[] values) => List(Kind.Reals, values);

    public static implicit operator Argument(string value) => value is null ? default : List(Kind.Text, System.Text.Encoding.UTF8.GetBytes(value));

    public static implicit operator Argument(ScalarType value) => (long)value;

    public static implicit operator Argument(ScalarType? value) => value is { } given ? given : default(Argument);

    public static implicit operator Argument(Device value) => value is null ? default : new(Kind.Device, (long)value.type, count: value.index);

    public static implicit operator Argument(Generator value) => value is null ? default : new(Kind.Generator, value.Handle, source: value);

    public static implicit operator Argument(Scalar value) => value is null ? default : value.Type switch
    {
        ScalarType.Bool => value.Value.Real != 0,
        ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 =>
            new(Kind.Complex, BitConverter.DoubleToInt64Bits(value.Value.Real), value.Value.Imaginary),
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64 => value.Value.Real,
        _ => value.Integer,
    };

    /// <summary>Tensors of which some may be missing, as indices are.</summary>
    internal static Argument Optional(Tensor[] values) => List(Kind.OptionalTensors, values);

    private static Argument List(Kind kind, Array values) => values is null ? default : new(kind, count: values.Length, source: values);
}
