using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Makes the getters of predictions for the rows of a table. What has no prediction is missing.</summary>
internal abstract class JoinedColumn
{
    protected abstract Delegate Getter();

    public static Delegate Getter(AnswerCursor answers, Joining joining, DataViewSchema.Column column)
    {
        var vector = column.Type as VectorDataViewType;
        var kind = joining.IsOfSteps(column) ? vector!.Dimensions.Length == 1 ? typeof(JoinedStep<>) : typeof(JoinedSteps<>)
            : vector is null ? typeof(JoinedValue<>) : typeof(JoinedVector<>);
        var item = vector?.ItemType.RawType ?? column.Type.RawType;
        return ((JoinedColumn)Activator.CreateInstance(kind.MakeGenericType(item), answers, column)!).Getter();
    }
}

/// <summary>A scalar of a sequence.</summary>
internal sealed class JoinedValue<T>(AnswerCursor answers, DataViewSchema.Column column) : JoinedColumn
{
    private readonly ValueGetter<T> _read = answers.Cursor.GetGetter<T>(column);

    protected override Delegate Getter() => (ValueGetter<T>)((ref T value) =>
    {
        if (answers.Has)
            _read(ref value);
        else
            value = Missings.Of<T>();
    });
}

/// <summary>A vector of a sequence.</summary>
internal sealed class JoinedVector<T>(AnswerCursor answers, DataViewSchema.Column column) : JoinedColumn
{
    private readonly ValueGetter<VBuffer<T>> _read = answers.Cursor.GetGetter<VBuffer<T>>(column);

    protected override Delegate Getter() => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
    {
        if (answers.Has)
        {
            _read(ref value);
            return;
        }
        var editor = VBufferEditor.Create(ref value, ((VectorDataViewType)column.Type).Size);
        editor.Values.Fill(Missings.Of<T>());
        value = editor.Commit();
    });
}

/// <summary>The vector of all time steps of a sequence, of which a row takes its part.</summary>
internal abstract class JoinedPart<T>(AnswerCursor answers, DataViewSchema.Column column) : JoinedColumn
{
    private readonly ValueGetter<VBuffer<T>> _read = answers.Cursor.GetGetter<VBuffer<T>>(column);
    private VBuffer<T> _steps;
    private long _number;

    protected int Width { get; } = Joining.WidthOf(column);

    protected AnswerCursor Answers => answers;

    /// <summary>The vector of the current sequence, which is asked for once.</summary>
    protected ref readonly VBuffer<T> Steps()
    {
        if (_number != answers.Number)
        {
            _read(ref _steps);
            if (_steps.Length != (long)answers.Steps * Width)
                throw answers.Error(
                    $"column '{column.Name}' of its prediction holds {_steps.Length} values, but the sequence has {answers.Steps} rows of "
                    + $"{Width}. Name the columns that belong to time steps, and leave out this one.");
            _number = answers.Number;
        }
        return ref _steps;
    }
}

/// <summary>One value a time step.</summary>
internal sealed class JoinedStep<T>(AnswerCursor answers, DataViewSchema.Column column) : JoinedPart<T>(answers, column)
{
    protected override Delegate Getter() => (ValueGetter<T>)((ref T value)
        => value = Answers.Has ? Steps().GetItemOrDefault(Answers.Step) : Missings.Of<T>());
}

/// <summary>Some values a time step.</summary>
internal sealed class JoinedSteps<T>(AnswerCursor answers, DataViewSchema.Column column) : JoinedPart<T>(answers, column)
{
    protected override Delegate Getter() => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
    {
        var editor = VBufferEditor.Create(ref value, Width);
        if (Answers.Has)
        {
            ref readonly var steps = ref Steps();
            for (int i = 0; i < Width; i++)
                editor.Values[i] = steps.GetItemOrDefault(Answers.Step * Width + i);
        }
        else
            editor.Values.Fill(Missings.Of<T>());
        value = editor.Commit();
    });
}
