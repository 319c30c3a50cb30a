namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>Returns the model's answer for the current row: class probabilities, or outputs (length, outputs).</summary>
internal delegate ReadOnlySpan<float> ScoresOfRow();

/// <summary>A column that a transformer adds.</summary>
/// <param name="Column">Name, type and annotations.</param>
/// <param name="MakeGetter">Makes the column's <see cref="ValueGetter{TValue}"/> from the model's answer.</param>
internal sealed record OutputColumn(DataViewSchema.DetachedColumn Column, Func<ScoresOfRow, Delegate> MakeGetter)
{
    public static OutputColumn Of<T>(
        string name, Microsoft.ML.Data.DataViewType type,
        DataViewSchema.Annotations annotations, Func<ScoresOfRow, ValueGetter<T>> makeGetter)
        => new(new DataViewSchema.DetachedColumn(name, type, annotations), makeGetter);
}
