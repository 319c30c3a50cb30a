namespace Microsoft.ML.StateSpace.Reports;

/// <summary>What is drawn in a chart under one name.</summary>
/// <param name="Name">Its name in the legend and in the table.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Points">Where it is; <c>High</c> differs from <c>Y</c> for a band alone.</param>
internal abstract record ChartPart(string Name, ChartColor Color, IReadOnlyList<(double X, double Y, double High)> Points)
{
    /// <summary>Whether it only guides the eye, and so has no numbers in the table.</summary>
    public bool IsGuide { get; init; }
}

/// <summary>A line through points; a point that is not finite interrupts it.</summary>
internal sealed record LinePart(string Name, ChartColor Color, IReadOnlyList<(double X, double Y, double High)> Points, bool IsThin)
    : ChartPart(Name, Color, Points);

/// <summary>A mark at each point.</summary>
internal sealed record DotPart(string Name, ChartColor Color, IReadOnlyList<(double X, double Y, double High)> Points)
    : ChartPart(Name, Color, Points);

/// <summary>A line from zero to each point, with a mark at its end.</summary>
internal sealed record StemPart(string Name, ChartColor Color, IReadOnlyList<(double X, double Y, double High)> Points)
    : ChartPart(Name, Color, Points);

/// <summary>The area between two lines.</summary>
internal sealed record BandPart(string Name, ChartColor Color, IReadOnlyList<(double X, double Y, double High)> Points)
    : ChartPart(Name, Color, Points);
