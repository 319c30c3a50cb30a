using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>The values of some rows, a slot a row, from which the vectors of sequences are copied.</summary>
internal abstract class StepColumn
{
    /// <summary>Reads the table's current row.</summary>
    public abstract void Read(int slot);

    /// <summary>The largest number of slots that an array holds.</summary>
    public abstract int MostSlots { get; }

    public abstract void Resize(int slots);

    /// <summary>Moves slots to the start.</summary>
    public abstract void Move(int from, int count);

    public abstract bool AreSame(int slot, int other);

    /// <summary>The value of a slot, for messages.</summary>
    public abstract string Text(int slot);

    /// <summary>Makes the getter of a vector of all time steps.</summary>
    public abstract Delegate Steps(StepRange range);

    /// <summary>Makes the getter of the value of the last time step.</summary>
    public abstract Delegate Last(StepRange range);
}

/// <inheritdoc/>
/// <param name="width">The number of values in a slot.</param>
/// <param name="missing">What stands for a value that the table does not have.</param>
internal abstract class StepColumn<T>(int width, T missing) : StepColumn
{
    protected T[] Values { get; private set; } = [];

    protected int Width => width;

    protected T Missing => missing;

    public override int MostSlots => Array.MaxLength / width;

    public override void Resize(int slots)
    {
        var values = new T[slots * width];
        Values.AsSpan(0, Math.Min(Values.Length, values.Length)).CopyTo(values);
        Values = values;
    }

    public override void Move(int from, int count) => Values.AsSpan(from * width, count * width).CopyTo(Values);

    public override Delegate Steps(StepRange range) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
    {
        int known = range.Known * width;
        var editor = VBufferEditor.Create(ref value, range.Count * width);
        Values.AsSpan(range.Start * width, known).CopyTo(editor.Values);
        editor.Values[known..].Fill(missing);
        Finish(editor.Values);
        value = editor.Commit();
    });

    /// <summary>Changes the vector of a sequence before it goes out.</summary>
    protected virtual void Finish(Span<T> steps)
    {
    }
}
