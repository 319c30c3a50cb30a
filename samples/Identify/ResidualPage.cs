using System.Text;
using Microsoft.ML.StateSpace.Analysis;
using Samples;

namespace Identify;

/// <summary>
/// A page with the correlations of what each model leaves over, with its own past and with each input: for each a chart whose grey lines
/// are the bounds that 99 of 100 correlations of a good model stay within.
/// </summary>
internal sealed class ResidualPage
{
    private const string Colour = "#2563eb", Bounds = "#94a3b8";

    private readonly StringBuilder _html = new StringBuilder(ChartPage.Head("What the models leave over")).AppendLine(
        "<p class=\"note\">On a fresh record, behind the washout. Of white errors 99 of 100 correlations lie between the grey lines.</p>");

    /// <summary>Adds the charts of a model.</summary>
    public void Add(string model, OutputResiduals residuals)
    {
        _html.AppendLine($"<h2>{model}</h2>");
        AddChart(
            "steps between the errors", "autocorrelation", residuals.Autocorrelation.Select((r, lag) => ((double)lag, r)).Skip(1),
            residuals.Bound);
        foreach (var (input, number) in residuals.Inputs.Select((input, i) => (input, i + 1)))
        {
            int lags = input.Values.Count / 2;
            AddChart(
                $"steps from input {number} to the error", "correlation",
                input.Values.Select((r, place) => ((double)(place - lags), r)), input.Bound);
        }
    }

    public override string ToString() => $"{_html}</body></html>";

    private void AddChart(string x, string y, IEnumerable<(double Lag, double Value)> correlations, double bound)
    {
        (double Lag, double Value)[] points = [.. correlations];
        double first = points[0].Lag, last = points[^1].Lag;
        var chart = new SvgChart(
            880, 220, new Axis(x, [first, last]), new Axis(y, [0, bound, -bound, .. points.Select(point => point.Value)]));
        foreach (double level in (double[])[bound, -bound])
            chart.Line([(first, level), (last, level)], Bounds, "99 % bound");
        foreach (var (lag, value) in points)
        {
            chart.Line([(lag, 0), (lag, value)], Colour, $"{value:f3}");
            chart.Dot(lag, value, Colour, $"{value:f3} at {lag}");
        }
        _html.AppendLine($"<section>{chart}</section>");
    }
}
