using System.Text;
using Samples;

namespace LearningDynamics;

/// <summary>A page of panels: what was told as lines, what was counted as dots.</summary>
internal sealed class LearningPage
{
    private static readonly string[] Colours = ["#2563eb", "#d97706", "#059669", "#be185d"];

    private readonly StringBuilder _html = new(ChartPage.Head("What gradient descent does, told before it is run"));
    private readonly List<(string Name, (double, double)[] Told, (double, double)[] Counted)> _curves = [];
    private string _x = "", _y = "";
    private bool _isLogarithmic;
    private double[] _shown = [];

    /// <summary>Begins a panel, whose upright axis shows some values in any case.</summary>
    public void Begin(string title, string text, string x, string y, bool isLogarithmic = false, params double[] shown)
    {
        (_x, _y, _isLogarithmic, _shown) = (x, y, isLogarithmic, shown);
        _curves.Clear();
        _html.AppendLine($"<section><h2>{title}</h2><p class=\"note\">{text}</p>");
    }

    /// <summary>A curve over the steps: told by a function, and counted, of which some dots are shown.</summary>
    public void Add(string name, Func<double, double> told, double[] counted, int every, int upTo = 0)
    {
        upTo = Math.Max(upTo, counted.Length - 1);
        _curves.Add((
            name, [.. Enumerable.Range(0, upTo + 1).Select(step => ((double)step, told(step)))],
            [.. counted.Select((value, step) => ((double)step, value)).Where((_, step) => step % every == 0)]));
    }

    /// <summary>A curve over a few numbers.</summary>
    public void Add(string name, int[] at, double[] told, double[] counted)
        => _curves.Add((name, [.. at.Select(n => (double)n).Zip(told)], [.. at.Select(n => (double)n).Zip(counted)]));

    /// <summary>Draws the panel.</summary>
    public void End()
    {
        var points = _curves.SelectMany(curve => curve.Told.Concat(curve.Counted)).ToArray();
        var chart = new SvgChart(
            880, 300, new Axis(_x, points.Select(point => point.Item1), _isLogarithmic),
            new Axis(_y, points.Select(point => point.Item2).Concat(_shown), _isLogarithmic || _y == "loss"));
        foreach (var (curve, colour) in _curves.Zip(Colours))
        {
            chart.Line(curve.Told, colour, curve.Name, 2);
            foreach (var (at, value) in curve.Counted)
                chart.Dot(at, value, colour, FormattableString.Invariant($"{curve.Name}: {value:g4} at {at:g4}"));
        }
        _html.AppendLine(ChartPage.Legend(_curves.Select(curve => curve.Name).Zip(Colours))).AppendLine($"{chart}</section>");
    }

    public override string ToString() => $"{_html}</body></html>";
}
