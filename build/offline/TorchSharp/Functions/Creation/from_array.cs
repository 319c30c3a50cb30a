// Mirrors TorchSharp.torch.from_array, as_tensor of an array and frombuffer: tensors over an array's own memory, which they keep in its place.
using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor from_array(Array rawArray, Device device = null) => from_array(rawArray, TypeOf(rawArray), device);

    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device device = null, bool requires_grad = false, string[] names = null)
    {
        InitializeDevice(device);
        var over = rawArray is (float, float)[] ? OfArray(rawArray, null, null, device, false, null) : Over(rawArray, ShapeOf(rawArray), 0);
        return Finished(dtype is { } other && other != over.dtype ? over.to_type(other, disposeAfter: true) : over, requires_grad, names);
    }

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device device = null) => from_array(data, dtype, device);

    public static Tensor as_tensor(float[] rawArray, ScalarType? dtype = null, Device device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(double[] rawArray, ScalarType? dtype = null, Device device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(int[] rawArray, ScalarType? dtype = null, Device device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(long[] rawArray, ScalarType? dtype = null, Device device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(bool[] rawArray, ScalarType? dtype = null, Device device = null) => from_array(rawArray, dtype, device);

    /// <summary>Over <paramref name="count"/> elements of an array from the element <paramref name="offset"/> on.</summary>
    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        if (offset < 0 || offset >= rawArray.LongLength)
            throw new ArgumentException($"invalid value for 'offset': {offset}");
        if (count > rawArray.LongLength - offset)
            throw new IndexOutOfRangeException($"element count is too large: {count}");
        if (TypeOf(rawArray) == ScalarType.ComplexFloat32)
            throw new NotImplementedException("frombuffer(ComplexFloat32)");
        var over = Over(rawArray, [count < 0 ? rawArray.LongLength - offset : count], offset);
        return Finished(over.dtype == dtype ? over : over.to_type(dtype), requires_grad, null);
    }

    private static unsafe Tensor Over(Array elements, ReadOnlySpan<long> shape, long offset)
    {
        InitializeDevice(CPU);
        var type = TypeOf(elements);
        var pin = GCHandle.Alloc(elements, GCHandleType.Pinned);
        byte* data = (byte*)pin.AddrOfPinnedObject() + offset * type.ElementSize();
        fixed (long* sizes = shape)
        {
            nint handle = Native.ot_over_memory(data, sizes, shape.Length, (int)type, GCHandle.ToIntPtr(pin), &Unpin);
            Native.Check(handle != 0);
            return new Tensor(handle);
        }
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint pin) => GCHandle.FromIntPtr(pin).Free();
}
