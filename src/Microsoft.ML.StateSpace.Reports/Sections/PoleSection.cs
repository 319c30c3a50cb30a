using Microsoft.ML.StateSpace.Analysis;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Where the poles of the recurrences lie on the unit disc, and how long they remember.</summary>
internal static class PoleSection
{
    private const int MostRows = 12;

    public static void Add(ReportPage page, TrainedModel model)
    {
        var poles = Pole.Of(model);
        if (poles.Count == 0)
            return;
        page.BeginSection(
            "Poles",
            "A state follows x(t) = λ x(t-1) + …: the nearer λ is to the unit circle, the longer it remembers, and its angle is the "
            + "frequency that it hears. Of a conjugate pair both are drawn, and one is counted.");
        page.AddNumbers(
        [
            ("poles", Number.Text((long)poles.Count)), ("largest |λ|", Magnitude(poles.Max(pole => pole.Value.Magnitude))),
            ("longest memory, steps", Number.Text(poles.Max(pole => pole.TimeConstant))),
            ("median memory, steps", Number.Text(poles.Select(pole => pole.TimeConstant).Order().ElementAt(poles.Count / 2))),
        ]);
        page.AddCharts([Disc(poles), Memories(poles)]);
        page.AddTable(new(
            "The poles that remember longest",
            ["core", "state", "|λ|", "frequency, oscillations a step", "time constant, steps", "damping ratio"],
            [.. poles.OrderByDescending(pole => pole.TimeConstant).Take(MostRows).Select(pole => (string[])
            [
                pole.Core, Number.Text((long)pole.State), Magnitude(pole.Value.Magnitude), Number.Text(pole.Frequency),
                Number.Text(pole.TimeConstant), Number.Text(pole.Damping),
            ])]));
    }

    private static Chart Disc(IReadOnlyList<Pole> poles)
    {
        ChartAxis real = new("real part") { Shows = [-1, 1] }, imaginary = new("imaginary part") { Shows = [-1, 1] };
        var chart = new Chart("Unit disc", real, imaginary) { HasEqualUnits = true };
        chart.AddGuide("unit circle", Enumerable.Range(0, 121).Select(i => (Math.Cos(i * Math.Tau / 120), Math.Sin(i * Math.Tau / 120))));
        foreach (var (core, i) in poles.GroupBy(pole => pole.Core).Select((core, i) => (core, i)))
        {
            chart.AddDots(core.Key, core.Select(pole => (pole.Value.Real, pole.Value.Imaginary)), Chart.ColorAt(i));
            chart.AddBeside(
                core.Key, core.Where(pole => pole.Value.Imaginary != 0).Select(pole => (pole.Value.Real, -pole.Value.Imaginary)),
                Chart.ColorAt(i));
        }
        return chart;
    }

    private static Chart Memories(IReadOnlyList<Pole> poles)
    {
        var chart = new Chart(
            "Memory and frequency", new("oscillations a step") { Shows = [0] }, new("time constant, steps") { IsLogarithmic = true });
        foreach (var (core, i) in poles.GroupBy(pole => pole.Core).Select((core, i) => (core, i)))
            chart.AddDots(core.Key, core.Select(pole => (pole.Frequency, pole.TimeConstant)), Chart.ColorAt(i));
        return chart;
    }

    private static string Magnitude(double value) => value.ToString("0.00000", System.Globalization.CultureInfo.InvariantCulture);
}
