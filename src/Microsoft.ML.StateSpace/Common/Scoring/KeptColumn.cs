using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>
/// The values of a source column for the rows that were read ahead. Where the source fails to give a value, that is kept in its place, and
/// thrown where the value is read.
/// </summary>
internal abstract class KeptColumn(int slots)
{
    private readonly ExceptionDispatchInfo?[] _failures = new ExceptionDispatchInfo?[slots];

    /// <summary>Stores the value of the source's current row.</summary>
    public void Keep(int slot)
    {
        _failures[slot] = null;
        try
        {
            Read(slot);
        }
        catch (Exception e)
        {
            _failures[slot] = ExceptionDispatchInfo.Capture(e);
        }
    }

    protected abstract void Read(int slot);

    /// <summary>Throws what the source threw at this row.</summary>
    protected int Checked(int slot)
    {
        _failures[slot]?.Throw();
        return slot;
    }

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
internal sealed class KeptValues<T>(DataViewRow source, DataViewSchema.Column column, int slots) : KeptColumn(slots)
{
    private readonly ValueGetter<T> _read = source.GetGetter<T>(column);
    private readonly T[] _values = new T[slots];

    protected override void Read(int slot) => _read(ref _values[slot]);

    public override Delegate Getter(Func<int> slot) => (ValueGetter<T>)((ref T value) => value = _values[Checked(slot())]);
}

/// <summary>Stored vectors. They are copied both on storing and on reading, because their owners reuse the memory.</summary>
internal sealed class KeptVectors<T>(DataViewRow source, DataViewSchema.Column column, int slots) : KeptColumn(slots)
{
    private readonly ValueGetter<VBuffer<T>> _read = source.GetGetter<VBuffer<T>>(column);
    private readonly VBuffer<T>[] _values = new VBuffer<T>[slots];

    protected override void Read(int slot) => _read(ref _values[slot]);

    public override Delegate Getter(Func<int> slot)
        => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[Checked(slot())].CopyTo(ref value));
}
