using System.Text;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Writes a chart as HTML: heading, legend, picture, and its numbers to unfold.</summary>
internal static class ChartHtml
{
    /// <param name="html">The page.</param>
    /// <param name="chart">The chart.</param>
    /// <param name="sizes">The sizes in which it is drawn.</param>
    /// <param name="id">What no other part of the page is called.</param>
    /// <param name="level">The level of its heading.</param>
    public static void Write(StringBuilder html, Chart chart, IReadOnlyList<ChartSize> sizes, string id, int level)
    {
        html.Append($"<figure><figcaption><h{level}>{Page.Encode(chart.Title)}</h{level}>");
        if (chart.Text != "")
            html.Append($"<p>{Page.Encode(chart.Text)}</p>");
        html.Append("</figcaption>\n");
        Legend(html, chart);
        for (int i = 0; i < sizes.Count; i++)
            html.Append(Svg.Of(chart, sizes[i], $"{id}-{i}")).Append('\n');
        if (ChartTable.Of(chart) is { } numbers)
        {
            html.Append($"<details><summary>Numbers: {Page.Encode(numbers.Caption)}</summary>");
            TableHtml.Write(html, numbers, $"{id}-n");
            html.Append("</details>");
        }
        html.Append("</figure>\n");
    }

    // A single part needs no legend: the axes say what it is.
    private static void Legend(StringBuilder html, Chart chart)
    {
        var entries = chart.Parts.DistinctBy(part => part.Name).ToList();
        if (entries.Count < 2)
            return;
        html.Append("<ul class=\"legend\">");
        foreach (var part in entries)
            html.Append($"<li>{Sample(part)}{Page.Encode(part.Name)}</li>");
        html.Append("</ul>\n");
    }

    private static string Sample(ChartPart part)
    {
        string color = Palette.Variable(part.Color);
        string mark = part switch
        {
            LinePart line =>
                $"<path d=\"M0 6H26\" style=\"stroke:{color};stroke-width:{(line.IsThin ? "1.2" : "2")}{Dashes(part.Color)}\"/>",
            BandPart => $"<rect y=\"1\" width=\"26\" height=\"10\" style=\"fill:{color};fill-opacity:.25\"/>",
            _ => Mark(part.Color, color),
        };
        int width = part is LinePart or BandPart ? 26 : 12;
        return $"<svg width=\"{width}\" height=\"12\" aria-hidden=\"true\">{mark}</svg>";
    }

    private static string Dashes(ChartColor color)
    {
        double[]? dashes = OxyPlot.LineStyleHelper.GetDashArray(Palette.LineStyle(color));
        return dashes is null or [] ? "" : $";stroke-dasharray:{string.Join(' ', dashes.Select(dash => Number.Tick(2 * dash)))}";
    }

    private static string Mark(ChartColor name, string color) => Palette.Marker(name) switch
    {
        OxyPlot.MarkerType.Square => $"<path d=\"M2 2h8v8h-8z\" style=\"fill:{color}\"/>",
        OxyPlot.MarkerType.Triangle => $"<path d=\"M6 1.5l5 9h-10z\" style=\"fill:{color}\"/>",
        OxyPlot.MarkerType.Diamond => $"<path d=\"M6 1l5 5-5 5-5-5z\" style=\"fill:{color}\"/>",
        _ => $"<circle cx=\"6\" cy=\"6\" r=\"4\" style=\"fill:{color}\"/>",
    };
}
