// Mirrors TorchSharp.Utils.TensorAccessor<T>: a tensor's elements in the order of its indices, however they lie in memory.
using System.Collections;

namespace TorchSharp.Utils;

public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly long[] _shape;
    private readonly long[] _stride;
    private readonly bool _contiguous;
    private torch.Tensor _tensor;
    private T* _data;

    internal TensorAccessor(torch.Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU)
            throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
        _tensor = tensor;
        _data = (T*)tensor.Data();
        (_shape, _stride, _contiguous) = (tensor.shape, tensor.stride(), tensor.is_contiguous());
    }

    public long Count => _tensor is null ? 0 : _tensor.numel();

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        // One index reads the element of that number in any tensor, but writes only to a tensor of one dimension.
        get => *Element(indices.Length == 1 && _shape.Length > 1 ? Coordinates(indices[0], _shape) : indices);
        set => *Element(indices) = value;
    }

    public T[] ToArray()
    {
        var elements = new T[Count];
        CopyTo(elements);
        return elements;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        int count = Extent(array.Length, arrayIndex, tensorIndex);
        using var packed = _contiguous ? null : _tensor.contiguous();
        new ReadOnlySpan<T>((packed is null ? _data : (T*)packed.Data()) + tensorIndex, count).CopyTo(array[arrayIndex..]);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        int count = Extent(array.Length, arrayIndex, tensorIndex);
        if (_contiguous)
        {
            array.Slice(arrayIndex, count).CopyTo(new Span<T>(_data + tensorIndex, count));
            return;
        }
        for (int i = 0; i < count; i++)
            *Element(Coordinates(tensorIndex + i, _shape)) = array[arrayIndex + i];
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        _tensor = null;
        _data = null;
    }

    /// <summary>The indices of the element that is number <paramref name="place"/> when the last index runs fastest.</summary>
    internal static long[] Coordinates(long place, long[] shape)
    {
        var indices = new long[shape.Length];
        for (int i = shape.Length - 1; i >= 0; i--)
            (place, indices[i]) = Math.DivRem(place, shape[i]);
        return place == 0 ? indices : throw new ArgumentOutOfRangeException(nameof(place));
    }

    // How many elements there are from the one index on, as far as the array reaches.
    private int Extent(int length, int arrayIndex, long tensorIndex)
    {
        if (Count == 0 && tensorIndex == 0)
            return 0;
        if (tensorIndex < 0 || tensorIndex >= Count)
            throw new ArgumentOutOfRangeException(nameof(tensorIndex));
        return (int)Math.Max(0, Math.Min(length - arrayIndex, Count - tensorIndex));
    }

    private T* Element(long[] indices)
    {
        if (_tensor is null)
            throw new ObjectDisposedException(nameof(TensorAccessor<T>));
        if (_shape.Length == 0)
            return _data;
        long offset = 0;
        for (int i = 0; i < _shape.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= _shape[i])
                throw new IndexOutOfRangeException($"{indices[i]} >= {_shape[i]} in dimension {i}.");
            offset += indices[i] * _stride[i];
        }
        return _data + offset;
    }
}
