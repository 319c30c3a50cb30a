using System.Text;
using Microsoft.ML.StateSpace.ModelFiles;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// A page of text, numbers, tables and charts, as <c>WriteReport</c> writes it, or of one's own. It is one HTML file that needs nothing
/// else, no script either; it is light or dark as the reader's system is, can be read on a phone, by the keyboard and by screen readers,
/// and printed. The same calls make the same bytes.
/// </summary>
/// <example>
/// <code>
/// var page = new ReportPage("Bicycles of the next two weeks", "Rentals a day, from calendar and weather.");
/// page.BeginSection("The next 14 days");
/// page.AddChart(chart);
/// page.Save("forecast.html");
/// </code>
/// </example>
public sealed class ReportPage
{
    private const int LeastSectionsOfNavigation = 3;

    private readonly StringBuilder _content = new();
    private readonly List<string> _sections = [];
    private readonly string _title;
    private readonly string _text;
    private int _parts;
    private bool _hasIntroduction;

    /// <summary>Begins a page.</summary>
    /// <param name="title">Its title and first heading.</param>
    /// <param name="text">What stands below. Default: nothing.</param>
    public ReportPage(string title, string text = "")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentNullException.ThrowIfNull(text);
        (_title, _text) = (title, text);
    }

    /// <summary>Begins a section, to which all belongs that is added behind. What is added before the first stands above all.</summary>
    /// <param name="heading">Its heading, also in the list of sections at the side.</param>
    /// <param name="text">What stands below the heading. Default: nothing.</param>
    public void BeginSection(string heading, string text = "")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(heading);
        ArgumentNullException.ThrowIfNull(text);
        EndSection();
        _sections.Add(heading);
        string id = $"section-{_sections.Count}";
        _content.Append($"<section id=\"{id}\" aria-labelledby=\"{id}-h\"><h2 id=\"{id}-h\">{Page.Encode(heading)}</h2>\n");
        if (text != "")
            _content.Append($"<p class=\"note\">{Page.Encode(text)}</p>\n");
    }

    /// <summary>Adds a paragraph.</summary>
    /// <param name="text">The text; it is shown as it is.</param>
    public void AddText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Introduce();
        _content.Append($"<p>{Page.Encode(text)}</p>\n");
    }

    /// <summary>Adds a few numbers in large type, side by side.</summary>
    /// <param name="numbers">What each number is, and the number as text.</param>
    public void AddNumbers(IEnumerable<(string Name, string Value)> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        Introduce();
        _content.Append("<dl class=\"numbers\">");
        foreach (var (name, value) in numbers)
            _content.Append($"<div><dt>{Page.Encode(name)}</dt><dd>{Page.Encode(value)}</dd></div>");
        _content.Append("</dl>\n");
    }

    /// <summary>Adds a table. On a narrow screen it scrolls by itself.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="ArgumentException">A row has more or fewer cells than there are columns.</exception>
    public void AddTable(ReportTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        table.Check();
        Introduce();
        TableHtml.Write(_content, table, $"part-{++_parts}");
    }

    /// <summary>Adds a chart across the page, with its numbers in a table that unfolds below.</summary>
    /// <param name="chart">The chart.</param>
    public void AddChart(Chart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        Introduce();
        Write(chart, chart.HasEqualUnits ? ChartSize.Square : ChartSize.Whole);
    }

    /// <summary>Adds small charts, as many side by side as there is room for.</summary>
    /// <param name="charts">The charts.</param>
    public void AddCharts(IEnumerable<Chart> charts)
    {
        ArgumentNullException.ThrowIfNull(charts);
        Introduce();
        _content.Append("<div class=\"charts\">\n");
        foreach (var chart in charts)
            Write(chart, chart.HasEqualUnits ? ChartSize.SmallSquare : ChartSize.Small);
        _content.Append("</div>\n");
    }

    /// <summary>The page as HTML.</summary>
    public override string ToString()
    {
        var html = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<link rel=\"icon\" href=\"data:,\">\n");
        html.Append($"<title>{Page.Encode(_title)}</title>\n<style>\n{Page.Style}</style>\n</head>\n<body>\n");
        html.Append("<a class=\"skip\" href=\"#content\">Skip to the content</a>\n");
        html.Append($"<header><h1>{Page.Encode(_title)}</h1>");
        if (_text != "")
            html.Append($"<p class=\"lead\">{Page.Encode(_text)}</p>");
        html.Append("</header>\n");
        bool navigates = _sections.Count >= LeastSectionsOfNavigation;
        html.Append(navigates ? "<div class=\"page has-nav\">\n" : "<div class=\"page\">\n");
        if (navigates)
        {
            html.Append("<nav aria-label=\"Sections\"><ul>");
            for (int i = 0; i < _sections.Count; i++)
                html.Append($"<li><a href=\"#section-{i + 1}\">{Page.Encode(_sections[i])}</a></li>");
            html.Append("</ul></nav>\n");
        }
        html.Append("<main id=\"content\" tabindex=\"-1\">\n").Append(_content).Append(Ending);
        return html.Append("</main>\n</div>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Writes the page, whole or not at all: where that fails, an older file of this name stays as it was.</summary>
    /// <param name="path">The file. Its folder is made where there is none.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToString())));
    }

    private string Ending => _sections.Count > 0 ? "</section>\n" : _hasIntroduction ? "</div>\n" : "";

    private void EndSection() => _content.Append(Ending);

    // What stands before the first section needs a place of its own.
    private void Introduce()
    {
        if (_sections.Count > 0 || _hasIntroduction)
            return;
        _hasIntroduction = true;
        _content.Append("<div class=\"intro\">\n");
    }

    private void Write(Chart chart, IReadOnlyList<ChartSize> sizes)
        => ChartHtml.Write(_content, chart, sizes, $"part-{++_parts}", _sections.Count == 0 ? 2 : 3);
}
