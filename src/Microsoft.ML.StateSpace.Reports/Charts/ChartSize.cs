namespace Microsoft.ML.StateSpace.Reports;

/// <summary>How large a chart is drawn, in pixels, and for which windows.</summary>
/// <param name="Class">Its class in the style sheet, which shows it in windows that it is meant for.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
/// <param name="MostPoints">A line is drawn with no more points.</param>
internal sealed record ChartSize(string Class, int Width, int Height, int MostPoints)
{
    /// <summary>A chart across the page, for windows that are wide and for those that are not.</summary>
    public static IReadOnlyList<ChartSize> Whole { get; } = [new("wide", 720, 300, 720), new("narrow", 320, 260, 240)];

    /// <summary>The same with equal units.</summary>
    public static IReadOnlyList<ChartSize> Square { get; } = [new("wide square", 460, 440, 720), new("narrow square", 320, 310, 240)];

    /// <summary>One of several charts side by side.</summary>
    public static IReadOnlyList<ChartSize> Small { get; } = [new("small", 340, 230, 240)];

    /// <summary>One of several with equal units.</summary>
    public static IReadOnlyList<ChartSize> SmallSquare { get; } = [new("small", 340, 320, 240)];
}
