// Mirrors Microsoft.ML.Data.VBufferEditor and VBufferEditor<T> (package Microsoft.ML.DataView).
namespace Microsoft.ML.Data;

public static class VBufferEditor
{
    public static VBufferEditor<T> CreateFromBuffer<T>(ref VBuffer<T> destination) =>
        new(destination.Length, destination.GetValues().Length, destination.ValueArray, destination.IndexArray, !destination.IsDense, false, false);

    public static VBufferEditor<T> Create<T>(
        ref VBuffer<T> destination,
        int newLogicalLength,
        int? valuesCount = null,
        int? maxValuesCapacity = null,
        bool keepOldOnResize = false,
        bool requireIndicesOnDense = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newLogicalLength);
        int count = valuesCount ?? newLogicalLength;
        if ((uint)count > (uint)newLogicalLength)
            throw new ArgumentOutOfRangeException(nameof(valuesCount));
        int capacity = maxValuesCapacity ?? newLogicalLength;
        bool needsIndices = requireIndicesOnDense || count < newLogicalLength;
        var values = Grow(destination.ValueArray, count, capacity, keepOldOnResize, out bool newValues);
        bool newIndices = false;
        var indices = needsIndices ? Grow(destination.IndexArray, count, capacity, keepOldOnResize, out newIndices) : destination.IndexArray;
        return new(newLogicalLength, count, values, indices, needsIndices, newValues, newIndices);
    }

    private static TItem[] Grow<TItem>(TItem[] old, int count, int capacity, bool keep, out bool created)
    {
        created = (old?.Length ?? 0) < count;
        if (!created)
            return old;
        var items = new TItem[Math.Min(Math.Max(count, (int)Math.Min(2L * count, Array.MaxLength)), Math.Max(count, capacity))];
        if (keep)
            old?.CopyTo(items, 0);
        return items;
    }
}

public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;

    public readonly Span<T> Values;
    public readonly Span<int> Indices;

    internal VBufferEditor(int length, int count, T[] values, int[] indices, bool hasIndices, bool createdNewValues, bool createdNewIndices)
    {
        _length = length;
        _values = values;
        _indices = indices;
        Values = values.AsSpan(0, count);
        Indices = hasIndices ? indices.AsSpan(0, count) : default;
        CreatedNewValues = createdNewValues;
        CreatedNewIndices = createdNewIndices;
    }

    public bool CreatedNewValues { get; }

    public bool CreatedNewIndices { get; }

    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);

    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        if ((uint)physicalValuesCount > (uint)Values.Length)
            throw new ArgumentOutOfRangeException(nameof(physicalValuesCount));
        return new(_length, physicalValuesCount, _values, _indices);
    }
}
