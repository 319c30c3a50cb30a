namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// A chart with two axes for a <see cref="ReportPage"/>: lines, marks, stems and bands, drawn in the order in which they are added. What is
/// added again under the same name stands once in the legend.
/// </summary>
/// <example>
/// <code>
/// var chart = new Chart("Error by days ahead", new ChartAxis("days ahead"), new ChartAxis("rentals") { Shows = [0] });
/// chart.AddLine("state space", errors.Select((error, i) => (i + 1.0, error)));
/// page.AddChart(chart);
/// </code>
/// </example>
/// <param name="title">The heading of the chart.</param>
/// <param name="x">The axis below.</param>
/// <param name="y">The axis on the left.</param>
public sealed class Chart(string title, ChartAxis x, ChartAxis y)
{
    private readonly List<ChartPart> _parts = [];

    /// <summary>The heading of the chart.</summary>
    public string Title { get; } = Given(title, nameof(title));

    /// <summary>What the reader should know before looking. Default: nothing.</summary>
    public string Text { get; init; } = "";

    /// <summary>The axis below.</summary>
    public ChartAxis X { get; } = Given(x, nameof(x));

    /// <summary>The axis on the left.</summary>
    public ChartAxis Y { get; } = Given(y, nameof(y));

    /// <summary>
    /// Whether a unit is as long on both axes, so that a circle is one. Default: <see langword="false"/>.
    /// </summary>
    public bool HasEqualUnits { get; init; }

    internal IReadOnlyList<ChartPart> Parts => _parts;

    /// <summary>A colour of the palette: the first eight follow one another, and begin again.</summary>
    /// <param name="index">From 0.</param>
    public static ChartColor ColorAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return ChartColor.Blue + index % (ChartColor.Soft - ChartColor.Blue);
    }

    /// <summary>Adds a line through points. A value that is not finite interrupts it.</summary>
    /// <param name="name">Its name in the legend and in the table.</param>
    /// <param name="points">The points, in the order of the line.</param>
    /// <param name="color">Default: the next colour of the palette.</param>
    /// <param name="isThin">Whether it stands behind others. Default: <see langword="false"/>.</param>
    public void AddLine(string name, IEnumerable<(double X, double Y)> points, ChartColor? color = null, bool isThin = false)
        => _parts.Add(new LinePart(Given(name, nameof(name)), ColorOf(name, color), Points(points), isThin));

    /// <summary>Adds a line that only guides the eye, such as a diagonal: it is not in the table of numbers.</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="points">The points, in the order of the line.</param>
    /// <param name="color">Its colour. Default: one that stands back.</param>
    public void AddGuide(string name, IEnumerable<(double X, double Y)> points, ChartColor color = ChartColor.Soft)
        => _parts.Add(new LinePart(Given(name, nameof(name)), ColorOf(name, color), Points(points), IsThin: true) { IsGuide = true });

    /// <summary>Adds a mark at each point.</summary>
    /// <param name="name">Its name in the legend and in the table.</param>
    /// <param name="points">The points.</param>
    /// <param name="color">Default: the next colour of the palette.</param>
    public void AddDots(string name, IEnumerable<(double X, double Y)> points, ChartColor? color = null)
        => _parts.Add(new DotPart(Given(name, nameof(name)), ColorOf(name, color), Points(points)));

    /// <summary>Adds a line from zero to each point, as correlations are drawn.</summary>
    /// <param name="name">Its name in the legend and in the table.</param>
    /// <param name="points">The points.</param>
    /// <param name="color">Default: the next colour of the palette.</param>
    public void AddStems(string name, IEnumerable<(double X, double Y)> points, ChartColor? color = null)
        => _parts.Add(new StemPart(Given(name, nameof(name)), ColorOf(name, color), Points(points)));

    /// <summary>Adds the area between two lines.</summary>
    /// <param name="name">Its name in the legend and in the table.</param>
    /// <param name="points">For each place the lower and the higher end.</param>
    /// <param name="color">Default: the next colour of the palette.</param>
    public void AddBand(string name, IEnumerable<(double X, double Low, double High)> points, ChartColor? color = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        _parts.Add(new BandPart(Given(name, nameof(name)), ColorOf(name, color), [.. points]));
    }

    /// <summary>Adds marks that follow from others, and so are not in the table.</summary>
    internal void AddBeside(string name, IEnumerable<(double X, double Y)> points, ChartColor color)
        => _parts.Add(new DotPart(name, color, Points(points)) { IsGuide = true });

    private ChartColor ColorOf(string name, ChartColor? color)
    {
        if (color is { } given && !Enum.IsDefined(given))
            throw new ArgumentOutOfRangeException(nameof(color), color, "There is no such colour. Name one of ChartColor.");
        return color ?? _parts.Find(part => part.Name == name)?.Color
            ?? ColorAt(_parts.Where(part => !part.IsGuide).Select(part => part.Name).Distinct().Count());
    }

    private static (double X, double Y, double High)[] Points(IEnumerable<(double X, double Y)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return [.. points.Select(point => (point.X, point.Y, point.Y))];
    }

    private static T Given<T>(T? value, string name)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, name);
        return value;
    }
}
