namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>Checks a request for a getter of a row's column.</summary>
internal static class GetterCheck
{
    public static void Active(bool[] active, DataViewSchema.Column column)
    {
        if (column.Index >= active.Length || !active[column.Index])
            throw new ArgumentOutOfRangeException(
                nameof(column), $"Column '{column.Name}' is not active. Name it among the columns needed when the cursor is made.");
    }

    public static ValueGetter<TValue> Typed<TValue>(Delegate? getter, DataViewSchema.Column column)
        => getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}' is of type {column.Type} and is read as {column.Type.RawType}, not as {typeof(TValue)}.");
}
