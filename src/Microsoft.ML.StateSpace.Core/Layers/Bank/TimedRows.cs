namespace Microsoft.ML.StateSpace.Layers;

/// <summary>Rows of a sequence, and the times between them where these differ.</summary>
/// <param name="values">(rows, channels).</param>
/// <param name="channels">Values of a row.</param>
/// <param name="intervals">The time since the row before, (rows); empty where rows are equally far apart.</param>
/// <param name="behind">The time to the next row, (rows); empty where nothing reads the rows from the end.</param>
internal readonly ref struct TimedRows(
    ReadOnlySpan<float> values, int channels, ReadOnlySpan<float> intervals = default, ReadOnlySpan<float> behind = default)
{
    public ReadOnlySpan<float> Values { get; } = values;

    public ReadOnlySpan<float> Intervals { get; } = intervals;

    public ReadOnlySpan<float> Behind { get; } = behind;

    public int Count => Values.Length / channels;

    public ReadOnlySpan<float> this[int row] => Values.Slice(row * channels, channels);

    /// <summary>Rows one behind the other, from a first one on.</summary>
    public TimedRows Slice(int start, int count) => new(
        Values.Slice(start * channels, count * channels), channels, Intervals.IsEmpty ? [] : Intervals.Slice(start, count),
        Behind.IsEmpty ? [] : Behind.Slice(start, count));

    /// <summary>The time from each row of a whole sequence to the next; 1 where none follows.</summary>
    public static void LookBehind(ReadOnlySpan<float> intervals, Span<float> behind)
    {
        intervals[1..].CopyTo(behind);
        behind[intervals.Length - 1] = 1;
    }
}
