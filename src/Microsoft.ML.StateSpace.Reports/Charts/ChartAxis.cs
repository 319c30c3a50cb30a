namespace Microsoft.ML.StateSpace.Reports;

/// <summary>An axis of a chart. It begins and ends where the values do, unless it is told otherwise.</summary>
/// <param name="Title">What is shown, with its unit.</param>
public sealed record ChartAxis(string Title)
{
    /// <summary>Values that the axis shows in any case, such as 0. Default: none.</summary>
    public IReadOnlyList<double> Shows { get; init; } = [];

    /// <summary>
    /// Whether equal distances are equal ratios. It has an effect only where all values are positive and the largest is more than three
    /// times the smallest. Default: <see langword="false"/>.
    /// </summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>What stands at 0, 1, 2 and so on, in the place of numbers. Default: <see langword="null"/>, numbers.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>
    /// What stands at a value in the place of the number, such as a date. Default: <see langword="null"/>, the number itself.
    /// </summary>
    public Func<double, string>? Label { get; init; }

    /// <summary>What is said of a value in a table.</summary>
    internal string Text(double value)
    {
        if (Names is not null)
            return value >= 0 && value < Names.Count ? Names[(int)value] : Number.Text(value);
        return Label?.Invoke(value) ?? Number.Text(value);
    }
}
