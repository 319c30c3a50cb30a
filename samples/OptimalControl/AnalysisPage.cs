using System.Net;
using System.Text;
using Microsoft.ML.StateSpace.Analysis;
using Samples;
using static System.FormattableString;

namespace OptimalControl;

/// <summary>A page with what analyses of networks say: residuals, the power of costates, and Hamiltonians.</summary>
internal sealed class AnalysisPage(int steps)
{
    private const double Least = 1e-6; // a chart shows no smaller power of costates
    private const string Soft = "#94a3b8";

    private static readonly string[] Colours =
        ["#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2", "#be185d", "#4d7c0f"];

    private readonly StringBuilder _html = new StringBuilder(ChartPage.Head("A trained network as an optimal control problem")).AppendLine(
        "<p class=\"note\">Every sequence is noise, and its label is the value of its first step. The networks differ in their poles.</p>");

    /// <summary>Adds the charts of one network, after trainings of several lengths, the longest last.</summary>
    public void Add(string name, IReadOnlyList<(int Epochs, PontryaginAnalysis Analysis)> analyses)
    {
        var last = analyses[^1].Analysis;
        _html.AppendLine($"<h2>{WebUtility.HtmlEncode(name)}</h2>");
        AddResiduals(analyses, last);
        AddCostates(last);
        AddHamiltonian(last);
        _html.AppendLine($"<section><pre>{WebUtility.HtmlEncode(last.ToString())}</pre></section>");
    }

    public override string ToString() => $"{_html}</body></html>";

    private void AddResiduals(IReadOnlyList<(int Epochs, PontryaginAnalysis Analysis)> analyses, PontryaginAnalysis last)
    {
        double independent = 1 / Math.Sqrt(last.Sequences);
        var chart = new SvgChart(
            880, 300, new Axis("epochs", analyses.Select(a => (double)a.Epochs), logarithmic: true),
            new Axis(
                "residual", [independent, .. analyses.SelectMany(a => a.Analysis.Residuals).Select(group => group.Residual)],
                logarithmic: true));
        chart.Line(analyses.Select(a => ((double)a.Epochs, independent)), Soft, "independent changes");
        for (int group = 0; group < last.Residuals.Count; group++)
        {
            string colour = Colours[group % Colours.Length];
            var points = analyses.Select(a => ((double)a.Epochs, a.Analysis.Residuals[group].Residual)).ToArray();
            chart.Line(points, colour, last.Residuals[group].Name);
            foreach (var (epochs, residual) in points)
                chart.Dot(epochs, residual, colour, Invariant($"{last.Residuals[group].Name}: {residual:f3} after {epochs} epochs"));
        }
        var legend = last.Residuals.Select((group, i) => (group.Name, Colours[i % Colours.Length]))
            .Append(("as independent changes", Soft));
        AddSection(
            "How near each group of parameters is to being stationary: 0 is stationary, with 1 all sequences ask for the same change.",
            ChartPage.Legend(legend), chart);
    }

    private void AddCostates(PontryaginAnalysis last)
    {
        var core = last.Cores[0];
        var reach = core.Reach!;
        (double Back, double Share)[] power =
            [.. reach.Power.Select((p, k) => ((double)k, p / reach.Power[0])).Where(point => point.Item2 >= Least)];
        double[] poles = [.. core.PoleReaches.Where(pole => pole <= steps)];
        var chart = new SvgChart(
            880, 260, new Axis("steps before the last one", [0, steps]),
            new Axis("power of the costates", [Least, 1, .. power.Select(point => point.Share)], logarithmic: true));
        chart.Line(power, Colours[0], "power of the costates of the states");
        chart.Line([(reach.Steps, Least), (reach.Steps, 1)], Colours[1], $"reach: {reach.Steps} steps");
        foreach (double pole in poles)
            chart.Cross(pole, 0.01, "currentColor");
        AddSection(
            Invariant($"How far back the answer sees: 0.99 of the power lies within {reach.Steps} steps")
            + (reach.EndsWithRecord ? ", and the record ends it. " : ". ")
            + Invariant($"A cross: there a pole alone is at a hundredth; {core.PoleReaches.Count - poles.Length} are further out."),
            ChartPage.Legend([("power", Colours[0]), ("reach", Colours[1]), ("poles", "currentColor")]), chart);
    }

    private void AddHamiltonian(PontryaginAnalysis last)
    {
        var core = last.Trajectory.Cores[0];
        var points = core.Hamiltonian.Select((value, t) => ((double)t, value)).ToArray();
        var chart = new SvgChart(880, 220, new Axis("time step", [0, steps]), new Axis("Hamiltonian", [0, .. core.Hamiltonian]));
        chart.Line(points, Colours[4], "Re <p, x>");
        AddSection(
            "The Hamiltonian of the recurrence along the first sequence: what its states are worth, step by step.", "", chart);
    }

    private void AddSection(string text, string legend, SvgChart chart)
        => _html.AppendLine($"<section><p>{WebUtility.HtmlEncode(text)}</p>{legend}{chart}</section>");
}
