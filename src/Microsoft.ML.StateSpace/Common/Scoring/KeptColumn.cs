using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>The values of a source column for the rows that were read ahead.</summary>
internal abstract class KeptColumn
{
    /// <summary>Stores the value of the source's current row.</summary>
    public abstract void Keep(int slot);

    /// <summary>Returns the <see cref="ValueGetter{TValue}"/> of the stored values.</summary>
    public abstract Delegate Getter(Func<int> slot);

    public static KeptColumn Of(DataViewRow source, DataViewSchema.Column column, int slots)
    {
        var raw = column.Type.RawType;
        var kept = raw.IsGenericType && raw.GetGenericTypeDefinition() == typeof(VBuffer<>)
            ? typeof(KeptVectors<>).MakeGenericType(raw.GetGenericArguments())
            : typeof(KeptValues<>).MakeGenericType(raw);
        return (KeptColumn)Activator.CreateInstance(kept, source, column, slots)!;
    }
}

/// <summary>Stored scalars.</summary>
internal sealed class KeptValues<T>(DataViewRow source, DataViewSchema.Column column, int slots) : KeptColumn
{
    private readonly ValueGetter<T> _read = source.GetGetter<T>(column);
    private readonly T[] _values = new T[slots];

    public override void Keep(int slot) => _read(ref _values[slot]);

    public override Delegate Getter(Func<int> slot) => (ValueGetter<T>)((ref T value) => value = _values[slot()]);
}

/// <summary>Stored vectors. They are copied both on storing and on reading, because their owners reuse the memory.</summary>
internal sealed class KeptVectors<T>(DataViewRow source, DataViewSchema.Column column, int slots) : KeptColumn
{
    private readonly ValueGetter<VBuffer<T>> _read = source.GetGetter<VBuffer<T>>(column);
    private readonly VBuffer<T>[] _values = new VBuffer<T>[slots];

    public override void Keep(int slot) => _read(ref _values[slot]);

    public override Delegate Getter(Func<int> slot)
        => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[slot()].CopyTo(ref value));
}
