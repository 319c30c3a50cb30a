using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>The column that names the group of a row. It knows the current group, and which have been.</summary>
internal abstract class GroupColumn
{
    /// <summary>Reads the row, and says whether it belongs to the current group.</summary>
    public abstract bool Continues();

    /// <summary>Whether the row that was read names no group.</summary>
    public abstract bool IsMissing { get; }

    /// <summary>Makes the group of the row that was read the current one.</summary>
    /// <returns>The number of the group in the order of first rows.</returns>
    public abstract int Begin();

    /// <summary>The number of groups that have been.</summary>
    public abstract int Count { get; }

    /// <summary>The group of the row that was read, for messages.</summary>
    public abstract string Text { get; }

    /// <summary>Makes the getter of the current group.</summary>
    public abstract Delegate Getter();

    public static GroupColumn Of(DataViewRow row, DataViewSchema.Column column)
        => (GroupColumn)Activator.CreateInstance(typeof(GroupColumn<>).MakeGenericType(column.Type.RawType), row, column)!;
}

/// <inheritdoc/>
internal sealed class GroupColumn<T>(DataViewRow row, DataViewSchema.Column column) : GroupColumn
    where T : notnull
{
    private readonly ValueGetter<T> _read = row.GetGetter<T>(column);
    private readonly Dictionary<T, int> _numbers = new(GroupComparer<T>.Instance);
    private readonly bool _isKey = column.Type is KeyDataViewType;
    private T _current = default!, _next = default!;

    public override bool Continues()
    {
        _read(ref _next);
        // Without an interface call where the type allows it, since this is asked for every row.
        return typeof(T) == typeof(ReadOnlyMemory<char>)
            ? ((ReadOnlyMemory<char>)(object)_current).Span.SequenceEqual(((ReadOnlyMemory<char>)(object)_next).Span)
            : EqualityComparer<T>.Default.Equals(_current, _next);
    }

    public override bool IsMissing => _next switch
    {
        ReadOnlyMemory<char> text => text.IsEmpty,
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        _ => _isKey && EqualityComparer<T>.Default.Equals(_next, default),
    };

    public override int Begin()
    {
        _current = Own(_next);
        if (!_numbers.TryGetValue(_current, out int number))
            _numbers.Add(_current, number = _numbers.Count);
        return number;
    }

    public override int Count => _numbers.Count;

    public override string Text => Texts.Of(_next);

    public override Delegate Getter() => (ValueGetter<T>)((ref T value) => value = _current);

    // Text of a loader is a part of a line, which would be kept with it.
    private static T Own(T value)
        => value is ReadOnlyMemory<char> text ? (T)(object)text.ToString().AsMemory() : value;
}
