using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Reports;

namespace Identify;

/// <summary>
/// A page with the correlations of what each model leaves over, with its own past and with each input: for each a chart whose dashed lines
/// are the bounds that 99 of 100 correlations of a good model stay within.
/// </summary>
internal sealed class ResidualPage
{
    private readonly ReportPage _page = new(
        "What the models leave over",
        "On a fresh record, behind the washout. Of white errors 99 of 100 correlations lie between the dashed lines.");

    /// <summary>Adds the charts of a model.</summary>
    public void Add(string model, OutputResiduals residuals)
    {
        _page.BeginSection(model);
        _page.AddCharts(
        [
            Of(
                "Errors with their own past", "steps between the errors",
                residuals.Autocorrelation.Select((r, lag) => ((double)lag, r)).Skip(1), residuals.Bound),
            .. residuals.Inputs.Select((input, number) => Of(
                $"Errors with input {number + 1}", "steps from the input to the error",
                input.Values.Select((r, place) => ((double)(place - input.Values.Count / 2), r)), input.Bound)),
        ]);
    }

    /// <summary>Writes the page.</summary>
    public void Save(string file) => _page.Save(file);

    private static Chart Of(string title, string x, IEnumerable<(double Lag, double Value)> correlations, double bound)
    {
        (double Lag, double Value)[] points = [.. correlations];
        var chart = new Chart(title, new(x), new("correlation"));
        foreach (double level in (double[])[bound, -bound])
            chart.AddGuide("99 % bound", [(points[0].Lag, level), (points[^1].Lag, level)]);
        chart.AddStems("correlation", points);
        return chart;
    }
}
