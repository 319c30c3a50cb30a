using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>All values of a column, in memory.</summary>
internal abstract class StoredColumn
{
    /// <summary>Adds the value of the source's current row.</summary>
    public abstract void Keep();

    /// <summary>Makes the getter of the value of a row.</summary>
    public abstract Delegate Getter(Func<int> row);

    public static StoredColumn Of(DataViewRow source, DataViewSchema.Column column)
    {
        var raw = column.Type.RawType;
        var stored = raw.IsGenericType && raw.GetGenericTypeDefinition() == typeof(VBuffer<>)
            ? typeof(StoredVectors<>).MakeGenericType(raw.GetGenericArguments())
            : typeof(StoredValues<>).MakeGenericType(raw);
        return (StoredColumn)Activator.CreateInstance(stored, source, column)!;
    }
}

/// <summary>Scalars.</summary>
internal sealed class StoredValues<T>(DataViewRow source, DataViewSchema.Column column) : StoredColumn
{
    private readonly ValueGetter<T> _read = source.GetGetter<T>(column);
    private readonly List<T> _values = [];

    public override void Keep()
    {
        T value = default!;
        _read(ref value);
        _values.Add(value);
    }

    public override Delegate Getter(Func<int> row) => (ValueGetter<T>)((ref T value) => value = _values[row()]);
}

/// <summary>Vectors. They are copied on reading, because their owner may write into them.</summary>
internal sealed class StoredVectors<T>(DataViewRow source, DataViewSchema.Column column) : StoredColumn
{
    private readonly ValueGetter<VBuffer<T>> _read = source.GetGetter<VBuffer<T>>(column);
    private readonly List<VBuffer<T>> _values = [];

    public override void Keep()
    {
        VBuffer<T> value = default;
        _read(ref value);
        _values.Add(value);
    }

    public override Delegate Getter(Func<int> row)
        => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[row()].CopyTo(ref value));
}
