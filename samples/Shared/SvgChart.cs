using System.Globalization;
using System.Net;
using System.Text;
using static System.FormattableString;

namespace Samples;

/// <summary>One coordinate of a chart: what is shown, and where it lies.</summary>
internal sealed class Axis
{
    private readonly double _low;
    private readonly double _high;
    private readonly bool _logarithmic;

    public Axis(string title, IEnumerable<double> values, bool logarithmic = false)
    {
        Title = title;
        double[] finite = [.. values.Where(double.IsFinite)];
        _logarithmic = logarithmic && finite.Length > 0 && finite.Min() > 0 && finite.Max() > 3 * finite.Min();
        (_low, _high) = finite.Length == 0 ? (0, 1) : (Scale(finite.Min()), Scale(finite.Max()));
        if (_high - _low < 1e-9)
            (_low, _high) = (_low - 0.5, _high + 0.5);
        double margin = 0.04 * (_high - _low);
        (_low, _high) = (_low - margin, _high + margin);
    }

    public Axis(string title, IReadOnlyList<string> names)
    {
        Title = title;
        Names = names;
        (_low, _high) = (-0.5, names.Count - 0.5);
    }

    public string Title { get; }

    /// <summary>What stands at a value; <see langword="null"/> means the number itself.</summary>
    public Func<double, string>? Label { get; init; }

    /// <summary>Where the axis has names, they stand at 0, 1, 2 and so on.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>Round numbers, about as many as asked for; or all names.</summary>
    public IEnumerable<(double Value, string Label)> Ticks(int count)
        => Names is not null ? Names.Select((name, i) => ((double)i, name))
        : (_logarithmic ? LogarithmicTicks(count) : EvenTicks(count)).Select(v => (v, (Label ?? Number)(v)));

    /// <summary>From 0 to 1.</summary>
    public double At(double value) => Math.Clamp((Scale(value) - _low) / (_high - _low), -0.05, 1.05);

    private double Scale(double value) => _logarithmic ? Math.Log10(value) : value;

    private IEnumerable<double> EvenTicks(int count)
    {
        double raw = (_high - _low) / count, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * (raw / power > 5 ? 10 : raw / power > 2 ? 5 : raw / power > 1 ? 2 : 1);
        for (double tick = Math.Ceiling(_low / step); tick * step <= _high; tick++)
            yield return tick * step;
    }

    private IEnumerable<double> LogarithmicTicks(int count)
    {
        double[] digits = (_high - _low) * 2 > count ? [1] : [1, 2, 5];
        for (int power = (int)Math.Floor(_low); power <= _high; power++)
        {
            foreach (double tick in digits.Select(d => d * Math.Pow(10, power)).Where(v => Math.Log10(v) >= _low && Math.Log10(v) <= _high))
                yield return tick;
        }
    }

    private static string Number(double value)
        => value == 0 ? "0" : value.ToString(Math.Abs(value) is >= 1e-4 and < 1e5 ? "0.#####" : "0.#e0", CultureInfo.InvariantCulture);
}

/// <summary>A chart with two axes as inline SVG.</summary>
internal sealed class SvgChart(int width, int height, Axis x, Axis y)
{
    private const int Left = 62, Right = 12, Top = 12;

    private readonly StringBuilder _marks = new();

    private int Bottom => x.Names is null ? 44 : 66;

    private int PlotWidth => width - Left - Right;

    private int PlotHeight => height - Top - Bottom;

    public void Dot(double at, double value, string color, string text, double radius = 3.5)
        => _marks.AppendLine(Invariant(
            $"<circle cx=\"{X(at):F1}\" cy=\"{Y(value):F1}\" r=\"{radius}\" fill=\"{color}\" ")
            + $"fill-opacity=\"0.75\">{Title(text)}</circle>");

    public void Line(IEnumerable<(double At, double Value)> points, string color, string text, double width = 1.5)
    {
        string path = string.Join(' ', points.Where(p => double.IsFinite(p.Value)).Select(p => Invariant($"{X(p.At):F1},{Y(p.Value):F1}")));
        _marks.AppendLine(Invariant(
            $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\" ")
            + $"stroke-opacity=\"0.8\">{Title(text)}</polyline>");
    }

    /// <summary>The area between two lines.</summary>
    public void Band(IReadOnlyList<(double At, double Low, double High)> points, string color, string text)
    {
        var edge = points.Select(p => (p.At, Value: p.High)).Concat(points.Reverse().Select(p => (p.At, Value: p.Low)));
        string path = string.Join(' ', edge.Select(p => Invariant($"{X(p.At):F1},{Y(p.Value):F1}")));
        _marks.AppendLine($"<polygon points=\"{path}\" fill=\"{color}\" fill-opacity=\"0.22\">{Title(text)}</polygon>");
    }

    public void Cross(double at, double value, string color)
    {
        double cx = X(at), cy = Y(value);
        _marks.AppendLine(Invariant($"<path d=\"M{cx - 3:F1} {cy - 3:F1}l6 6m0 -6l-6 6\" stroke=\"{color}\" stroke-width=\"1.5\"/>"));
    }

    public override string ToString()
    {
        var svg = new StringBuilder();
        svg.AppendLine(Invariant($"<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">"));
        svg.AppendLine(Invariant($"<rect class=\"plot\" x=\"{Left}\" y=\"{Top}\" width=\"{PlotWidth}\" height=\"{PlotHeight}\"/>"));
        foreach (var (value, label) in x.Ticks(PlotWidth / 70))
        {
            svg.AppendLine(
                Invariant($"<line class=\"grid\" x1=\"{X(value):F1}\" x2=\"{X(value):F1}\" y1=\"{Top}\" y2=\"{Top + PlotHeight}\"/>"));
            string turn = x.Names is null ? "" : Invariant($" transform=\"rotate(-28 {X(value):F1} {Top + PlotHeight + 14})\"");
            string anchor = x.Names is null ? "middle" : "end";
            svg.AppendLine(Invariant($"<text x=\"{X(value):F1}\" y=\"{Top + PlotHeight + 14}\" text-anchor=\"{anchor}\"{turn}>")
                + $"{WebUtility.HtmlEncode(label)}</text>");
        }
        foreach (var (value, label) in y.Ticks(PlotHeight / 30))
        {
            svg.AppendLine(
                Invariant($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Left + PlotWidth}\" y1=\"{Y(value):F1}\" y2=\"{Y(value):F1}\"/>"));
            svg.AppendLine(
                Invariant($"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:F1}\" text-anchor=\"end\">{WebUtility.HtmlEncode(label)}</text>"));
        }
        svg.Append(_marks);
        svg.AppendLine(Invariant($"<text class=\"axis\" x=\"{Left + PlotWidth / 2}\" y=\"{height - 6}\" text-anchor=\"middle\">")
            + $"{WebUtility.HtmlEncode(x.Title)}</text>");
        svg.AppendLine(
            Invariant($"<text class=\"axis\" transform=\"translate(13 {Top + PlotHeight / 2}) rotate(-90)\" text-anchor=\"middle\">")
            + $"{WebUtility.HtmlEncode(y.Title)}</text>");
        return svg.AppendLine("</svg>").ToString();
    }

    private static string Title(string text) => $"<title>{WebUtility.HtmlEncode(text)}</title>";

    private double X(double value) => Left + PlotWidth * x.At(value);

    private double Y(double value) => Top + PlotHeight * (1 - y.At(value));
}
