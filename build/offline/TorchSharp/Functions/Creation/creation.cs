// What the creating functions of TorchSharp.torch beside this file have in common.
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    private static Tensor Made(string name, long[] size, ScalarType? dtype, Device device, bool requiresGrad, string[] names) =>
        Finished(Op(name == "empty" ? "empty.memory_format" : name, size, dtype ?? get_default_dtype(), default, InitializeDevice(device)), requiresGrad, names);

    private static Tensor Random(
        string name, long[] size, Generator generator, ScalarType? dtype, Device device, bool requiresGrad, string[] names) =>
        Finished(Op($"{name}.generator", size, generator, dtype ?? get_default_dtype(), default, InitializeDevice(device)), requiresGrad, names);

    private static Tensor Filled(long[] size, Scalar value, ScalarType? dtype, Device device, bool requiresGrad, string[] names)
    {
        var type = dtype ?? (is_integral(value.Type) ? ScalarType.Int64 : get_default_dtype());
        return Finished(Op("full", size, value, type, default, InitializeDevice(device)), requiresGrad, names);
    }

    private static Tensor OfScalar(Scalar value, ScalarType type, ScalarType? dtype, Device device, bool requiresGrad) =>
        Finished(Op("full", Dims(), value, dtype ?? type, default, InitializeDevice(device)), requiresGrad, null);

    /// <summary>A copy of an array's elements, or of as many as the dimensions say.</summary>
    private static Tensor OfArray(Array elements, long[] dims, ScalarType? dtype, Device device, bool requiresGrad, string[] names)
    {
        var type = TypeOf(elements);
        dims ??= ShapeOf(elements);
        long count = dims.Aggregate(1L, (product, d) => product * d);
        if (count > elements.LongLength)
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} vs. {elements.LongLength}");
        var made = Op("empty.memory_format", dims, type);
        unsafe
        {
            fixed (byte* from = &MemoryMarshal.GetArrayDataReference(elements))
            {
                long length = count * type.ElementSize();
                Buffer.MemoryCopy(from, made.Data(), length, length);
            }
        }
        InitializeDevice(device);
        return Finished(dtype is { } other && other != type ? made.to_type(other, disposeAfter: true) : made, requiresGrad, names);
    }

    private static Tensor Finished(Tensor made, bool requiresGrad, string[] names)
    {
        if (names is { Length: > 0 })
            throw new NotSupportedException("names of dimensions");
        return requiresGrad ? made.requires_grad_() : made;
    }

    private static long[] ShapeOf(Array elements) => [.. Enumerable.Range(0, elements.Rank).Select(elements.GetLongLength)];

    private static ScalarType TypeOf(Array elements) => TypeOf(elements.GetType().GetElementType());

    private static ScalarType TypeOf(Type element) =>
        element == typeof(byte) ? ScalarType.Byte
        : element == typeof(sbyte) ? ScalarType.Int8
        : element == typeof(short) ? ScalarType.Int16
        : element == typeof(int) ? ScalarType.Int32
        : element == typeof(long) ? ScalarType.Int64
        : element == typeof(bool) ? ScalarType.Bool
        : element == typeof(Half) ? ScalarType.Float16
        : element == typeof(float) ? ScalarType.Float32
        : element == typeof(double) ? ScalarType.Float64
        : element == typeof((float, float)) ? ScalarType.ComplexFloat32
        : element == typeof(System.Numerics.Complex) ? ScalarType.ComplexFloat64
        : throw new NotSupportedException($"The type {element} is not supported.");
}
