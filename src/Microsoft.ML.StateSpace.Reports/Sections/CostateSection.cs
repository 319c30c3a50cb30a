using Microsoft.ML.StateSpace.Analysis;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>How far back the loss of a network sees, and which of its parameters are stationary.</summary>
internal static class CostateSection
{
    private const double Least = 1e-8; // a chart shows no smaller share

    public static void Add(ReportPage page, PontryaginAnalysis analysis)
    {
        page.BeginSection(
            "How far back the loss sees",
            "Costates are minus the gradients that go back through the network. The reach is the number of steps, before the last one, "
            + $"within which 0.99 of their power lies. Over {Number.Text((long)analysis.Sequences)} sequences.");
        var share = new ChartAxis("share of the largest") { IsLogarithmic = true };
        var chart = new Chart("Power of the costates", new("steps before the last one"), share);
        foreach (var (layer, i) in analysis.Layers.Select((layer, i) => (layer, i)))
            AddPower(chart, layer.Name, layer.Reach, Chart.ColorAt(i));
        page.AddChart(chart);
        page.AddTable(new(
            "Reach", ["in front of", "reach, steps", "ends with the record", "root mean square"],
            [
                .. analysis.Layers.Select(layer => (string[])
                [
                    layer.Name, Number.Text((long)layer.Reach.Steps), layer.Reach.EndsWithRecord ? "yes" : "no",
                    Number.Text(layer.RootMeanSquare),
                ]),
                .. analysis.Cores.Where(core => core.Reach is not null).Select(core => (string[])
                [
                    $"states of {core.Name}", Number.Text((long)core.Reach!.Steps), core.Reach.EndsWithRecord ? "yes" : "no", "–",
                ]),
            ]));
        page.AddTable(new(
            "How near groups of parameters are to being stationary: 0 is stationary, with 1 all terms ask for the same change",
            ["group", "parameters", "residual", "norm of the gradient"],
            [.. analysis.Residuals.Select(group => (string[])
                [group.Name, Number.Text((long)group.Parameters), Number.Text(group.Residual), Number.Text(group.GradientNorm)])]));
    }

    private static void AddPower(Chart chart, string name, CostateReach reach, ChartColor color)
    {
        double most = reach.Power.DefaultIfEmpty(0).Max();
        if (most > 0)
            chart.AddLine(
                name, reach.Power.Select((power, k) => ((double)k, power >= Least * most ? power / most : double.NaN)), color);
    }
}
