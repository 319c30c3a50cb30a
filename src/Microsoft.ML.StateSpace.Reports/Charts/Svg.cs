using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// Makes a chart part of a page. OxyPlot writes a picture of its own size, fonts and colours; what stands in the page takes these from its
/// style sheet, has a name that screen readers say, and identifiers that no other chart has.
/// </summary>
internal static partial class Svg
{
    private static readonly XNamespace Name = "http://www.w3.org/2000/svg";

    // The style sheet has these, for all charts alike.
    private static readonly string[] OfThePage = ["font-family", "font-size", "font-weight", "fill", "shape-rendering"];

    /// <param name="chart">The chart.</param>
    /// <param name="size">Its size.</param>
    /// <param name="id">What identifiers begin with.</param>
    public static string Of(Chart chart, ChartSize size, string id)
    {
        var exporter = new SvgExporter
        {
            Width = size.Width, Height = size.Height, IsDocument = false, TextMeasurer = new TextMeasure(),
        };
        var drawn = XElement.Parse(exporter.ExportToString(Plot.Of(chart, size)));
        foreach (var element in drawn.Descendants())
            Adopt(element, id);
        foreach (var group in drawn.Descendants(Name + "g").ToList())
            ShareStyles(group);
        drawn.Descendants(Name + "g").Where(group => !group.HasElements).Remove();
        var svg = new XElement(
            Name + "svg", new XAttribute("class", size.Class),
            new XAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {size.Width} {size.Height}")),
            new XAttribute("role", "img"), new XAttribute("aria-labelledby", $"{id}-title {id}-text"),
            new XElement(Name + "title", new XAttribute("id", $"{id}-title"), Page.Clean(chart.Title)),
            new XElement(Name + "desc", new XAttribute("id", $"{id}-text"), Page.Clean(Description(chart))),
            drawn.Elements());
        // In HTML the elements of SVG need no namespace.
        foreach (var element in svg.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return svg.ToString(SaveOptions.DisableFormatting);
    }

    private static string Description(Chart chart)
    {
        var parts = chart.Parts.Where(part => !part.IsGuide).Select(part => part.Name).Distinct().ToList();
        return $"{chart.Y.Title} over {chart.X.Title}: {string.Join(", ", parts)}. The numbers stand in the table below.";
    }

    private static void Adopt(XElement element, string id)
    {
        if (element.Attribute("style") is { } style)
            style.Value = Opacity().Replace(Palette.Styled(style.Value), match => $"opacity:{Rounded(match.Groups[1].Value, 2)}");
        if (element.Name == Name + "text")
            element.Attributes().Where(attribute => OfThePage.Contains(attribute.Name.LocalName)).Remove();
        else if (element.Name == Name + "ellipse")
            element.Attribute("shape-rendering")?.Remove();
        if (element.Name == Name + "clipPath")
            element.Attribute("id")!.Value = $"{id}-{element.Attribute("id")!.Value}";
        if (element.Attribute("clip-path") is { } clip)
            clip.Value = clip.Value.Replace("url(#", $"url(#{id}-", StringComparison.Ordinal);
        foreach (var place in element.Attributes().Where(a => a.Name.LocalName is "points" or "cx" or "cy" or "transform"))
            place.Value = Decimal().Replace(place.Value, match => Rounded(match.Value, 1));
    }

    // Elements of one style that follow one another share it, which makes charts with many marks much smaller.
    private static void ShareStyles(XElement group)
    {
        foreach (var run in Runs([.. group.Elements()]))
        {
            string? style = run[0].Attribute("style")?.Value;
            if (run.Count == 1 || style is null)
                continue;
            var shared = new XElement(Name + "g", new XAttribute("style", style));
            run[0].AddBeforeSelf(shared);
            foreach (var element in run)
            {
                element.Remove();
                element.Attribute("style")!.Remove();
                shared.Add(element);
            }
        }
    }

    private static List<List<XElement>> Runs(IReadOnlyList<XElement> elements)
    {
        var runs = new List<List<XElement>>();
        foreach (var element in elements)
        {
            if (runs.Count > 0 && runs[^1][0].Attribute("style")?.Value == element.Attribute("style")?.Value)
                runs[^1].Add(element);
            else
                runs.Add([element]);
        }
        return runs;
    }

    private static string Rounded(string number, int digits)
        => Math.Round(double.Parse(number, CultureInfo.InvariantCulture), digits).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-?\d+\.\d+")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"opacity:([\d.]+)")]
    private static partial Regex Opacity();
}
