// Mirrors Microsoft.ML.Data.VBuffer<T> (package Microsoft.ML.DataView).
using System.Collections;

namespace Microsoft.ML.Data;

public readonly struct VBuffer<T> : IEnumerable
{
    internal readonly T[] ValueArray;
    internal readonly int[] IndexArray;
    private readonly int _count;

    public readonly int Length;

    public VBuffer(int length, T[] values, int[] indices = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((values?.Length ?? 0) < length)
            throw new ArgumentOutOfRangeException(nameof(values), "A dense buffer needs at least as many values as its length.");
        Length = _count = length;
        ValueArray = values;
        IndexArray = indices;
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((uint)count > (uint)length)
            throw new ArgumentOutOfRangeException(nameof(count), "The count must be between 0 and the length.");
        if ((values?.Length ?? 0) < count)
            throw new ArgumentOutOfRangeException(nameof(values), "Fewer values than the count.");
        if (count < length && (indices?.Length ?? 0) < count)
            throw new ArgumentOutOfRangeException(nameof(indices), "Fewer indices than the count.");
        Length = length;
        _count = count;
        ValueArray = values;
        IndexArray = indices;
    }

    public bool IsDense => _count == Length;

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        var editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public ReadOnlySpan<T> GetValues() => ValueArray.AsSpan(0, _count);

    public ReadOnlySpan<int> GetIndices() => IsDense ? default : IndexArray.AsSpan(0, _count);

    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        if (sourceIndex < 0 || length < 0 || sourceIndex > Length - length)
            throw new ArgumentOutOfRangeException(nameof(length));
        if (IsDense)
        {
            var dense = VBufferEditor.Create(ref destination, length);
            ValueArray.AsSpan(sourceIndex, length).CopyTo(dense.Values);
            destination = dense.Commit();
            return;
        }
        int first = LowerBound(sourceIndex), count = LowerBound(sourceIndex + length) - first;
        var editor = VBufferEditor.Create(ref destination, length, count);
        ValueArray.AsSpan(first, count).CopyTo(editor.Values);
        if (count < length)
        {
            for (int i = 0; i < count; i++)
                editor.Indices[i] = IndexArray[first + i] - sourceIndex;
        }
        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        if (destinationIndex < 0 || destinationIndex > destination.Length - Length)
            throw new ArgumentOutOfRangeException(nameof(destination), "Not enough capacity in the destination.");
        destination = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(destination);
            return;
        }
        destination.Fill(defaultValue);
        for (int i = 0; i < _count; i++)
            destination[IndexArray[i]] = ValueArray[i];
    }

    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (all || IsDense)
        {
            int i = 0;
            foreach (var value in DenseValues())
                yield return new(i++, value);
            yield break;
        }
        for (int i = 0; i < _count; i++)
            yield return new(IndexArray[i], ValueArray[i]);
    }

    public IEnumerable<T> DenseValues()
    {
        for (int i = 0, next = 0; i < Length; i++)
        {
            if (IsDense || (next < _count && IndexArray[next] == i))
                yield return ValueArray[next++];
            else
                yield return default;
        }
    }

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public T GetItemOrDefault(int index)
    {
        if ((uint)index >= (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(index));
        if (IsDense)
            return ValueArray[index];
        int at = LowerBound(index);
        return at < _count && IndexArray[at] == index ? ValueArray[at] : default;
    }

    // The original walks over its whole inner array, explicit values and rest alike; nothing should lean on that.
    public IEnumerator GetEnumerator() => throw Runtime.Unsupported.Member("VBuffer<T>.GetEnumerator");

    public override string ToString() => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";

    private int LowerBound(int index)
    {
        int at = IndexArray.AsSpan(0, _count).BinarySearch(index);
        return at < 0 ? ~at : at;
    }
}
