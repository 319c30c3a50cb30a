using System.Globalization;
using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Reports;
using static System.FormattableString;

namespace OptimalControl;

/// <summary>A page with what analyses of networks say: residuals, the power of costates, and Hamiltonians.</summary>
internal sealed class AnalysisPage(int steps)
{
    private const double Least = 1e-6; // a chart shows no smaller power of costates

    private readonly ReportPage _page = new(
        "A trained network as an optimal control problem",
        "Every sequence is noise, and its label is the value of its first step. The networks differ in their poles.");

    /// <summary>Adds the charts of one network, after trainings of several lengths, the longest last.</summary>
    public void Add(string name, IReadOnlyList<(int Epochs, PontryaginAnalysis Analysis)> analyses)
    {
        var last = analyses[^1].Analysis;
        _page.BeginSection($"A network with {name}");
        AddResiduals(analyses, last);
        AddCostates(last);
        AddHamiltonian(last);
        AddTables(last);
    }

    /// <summary>Writes the page.</summary>
    public void Save(string file) => _page.Save(file);

    private void AddResiduals(IReadOnlyList<(int Epochs, PontryaginAnalysis Analysis)> analyses, PontryaginAnalysis last)
    {
        double independent = 1 / Math.Sqrt(last.Sequences);
        var chart = new Chart(
            "How near each group of parameters is to being stationary", new("epochs") { IsLogarithmic = true },
            new("residual") { IsLogarithmic = true })
        {
            Text = "0 is stationary; with 1 all sequences ask for the same change.",
        };
        chart.AddGuide("as independent changes", analyses.Select(a => ((double)a.Epochs, independent)));
        for (int group = 0; group < last.Residuals.Count; group++)
        {
            int at = group;
            chart.AddLine(last.Residuals[group].Name, analyses.Select(a => ((double)a.Epochs, a.Analysis.Residuals[at].Residual)));
        }
        _page.AddChart(chart);
    }

    private void AddCostates(PontryaginAnalysis last)
    {
        var core = last.Cores[0];
        var reach = core.Reach!;
        double[] poles = [.. core.PoleReaches.Where(pole => pole <= steps)];
        string end = reach.EndsWithRecord ? ", and the record ends it" : "";
        var chart = new Chart(
            "How far back the answer sees", new("steps before the last one") { Shows = [0, steps] },
            new("power of the costates") { IsLogarithmic = true, Shows = [Least, 1] })
        {
            Text = Invariant($"0.99 of the power lies within {reach.Steps} steps{end}. At a mark a pole alone is at a hundredth; ")
                + Invariant($"{core.PoleReaches.Count - poles.Length} are further out."),
        };
        chart.AddLine(
            "power", reach.Power.Select((power, k) => ((double)k, power / reach.Power[0])).Where(point => point.Item2 >= Least));
        chart.AddGuide("reach", [(reach.Steps, Least), (reach.Steps, 1)], ChartColor.Orange);
        chart.AddDots("poles", poles.Select(pole => (pole, 0.01)), ChartColor.Ink);
        _page.AddChart(chart);
    }

    private void AddHamiltonian(PontryaginAnalysis last)
    {
        var chart = new Chart("The Hamiltonian", new("time step") { Shows = [0, steps] }, new("Hamiltonian") { Shows = [0] })
        {
            Text = "Of the recurrence along the first sequence: what its states are worth, step by step.",
        };
        chart.AddLine("Re <p, x>", last.Trajectory.Cores[0].Hamiltonian.Select((value, t) => ((double)t, value)));
        _page.AddChart(chart);
    }

    private void AddTables(PontryaginAnalysis last)
        => _page.AddTable(new(
            "Groups of parameters", ["group", "parameters", "terms", "residual", "norm of the gradient"],
            [.. last.Residuals.Select(group => (string[])
            [
                group.Name, Text(group.Parameters), Text(group.Terms), Text(group.Residual), Text(group.GradientNorm),
            ])]));

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
