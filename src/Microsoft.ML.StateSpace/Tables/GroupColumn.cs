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

    /// <summary>Makes the group of the row that was read the current one, which must be named and new.</summary>
    public void BeginNew(TableRows rows, string column)
    {
        if (IsMissing)
            throw rows.Error(
                $"column '{column}' names no group. Drop such rows with mlContext.Data.FilterByCustomPredicate, or fill the column.");
        string text = Text;
        if (Begin() < Count - 1)
            throw rows.Error(
                $"group '{text}' of column '{column}' goes on here, after rows of other groups. Set SortsRows to true, or put the rows of "
                + "a group together.");
    }

    /// <summary>The number of groups that have been.</summary>
    public abstract int Count { get; }

    /// <summary>The group of the row that was read, for messages.</summary>
    public abstract string Text { get; }

    /// <summary>Makes the getter of the current group.</summary>
    public abstract Delegate Getter();

    public static GroupColumn Of(DataViewRow row, DataViewSchema.Column column)
        => column.Type is TextDataViewType
            ? new GroupOfText(row, column)
            : (GroupColumn)Activator.CreateInstance(typeof(GroupOfValue<>).MakeGenericType(column.Type.RawType), row, column)!;
}

/// <summary>Groups that are named by a number, a key or another value.</summary>
internal sealed class GroupOfValue<T>(DataViewRow row, DataViewSchema.Column column) : GroupColumn
    where T : struct
{
    private readonly ValueGetter<T> _read = row.GetGetter<T>(column);
    private readonly Dictionary<T, int> _numbers = [];
    private readonly bool _isKey = column.Type is KeyDataViewType;
    private T _current, _next;

    public override bool Continues()
    {
        _read(ref _next);
        return EqualityComparer<T>.Default.Equals(_current, _next);
    }

    public override bool IsMissing => _next switch
    {
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        _ => _isKey && EqualityComparer<T>.Default.Equals(_next, default),
    };

    public override int Begin()
    {
        _current = _next;
        if (!_numbers.TryGetValue(_current, out int number))
            _numbers.Add(_current, number = _numbers.Count);
        return number;
    }

    public override int Count => _numbers.Count;

    public override string Text => Texts.Of(_next);

    public override Delegate Getter() => (ValueGetter<T>)((ref T value) => value = _current);
}

/// <summary>Groups that are named by text.</summary>
internal sealed class GroupOfText(DataViewRow row, DataViewSchema.Column column) : GroupColumn
{
    private readonly ValueGetter<ReadOnlyMemory<char>> _read = row.GetGetter<ReadOnlyMemory<char>>(column);
    private readonly Dictionary<string, int> _numbers = [];
    private ReadOnlyMemory<char> _next, _before;

    // A copy: text of a loader is a part of a line, which would be kept with it.
    private string _current = "";

    public override bool Continues()
    {
        _read(ref _next);
        // The very same memory is the same text, and most tables in memory have it row after row.
        return _next.Equals(_before) || IsCurrent();
    }

    public override bool IsMissing => _next.IsEmpty;

    public override int Begin()
    {
        _current = _next.ToString();
        _before = _next;
        if (!_numbers.TryGetValue(_current, out int number))
            _numbers.Add(_current, number = _numbers.Count);
        return number;
    }

    public override int Count => _numbers.Count;

    public override string Text => _next.ToString();

    public override Delegate Getter()
        => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = _current.AsMemory());

    private bool IsCurrent()
    {
        if (!_next.Span.SequenceEqual(_current))
            return false;
        _before = _next;
        return true;
    }
}
