using System.Globalization;

namespace Microsoft.ML.StateSpace.Reports.Tests.Testing;

/// <summary>A page with all that a page may hold.</summary>
internal static class OwnPage
{
    public static ReportPage Make()
    {
        var page = new ReportPage("A page of one's own", "With all that a page may hold.");
        page.AddText("What stands before the first section.");
        page.AddNumbers([("accuracy", "97.3 %"), ("trials", "120"), ("best", "0.0213")]);
        page.BeginSection("Charts", "Many lines, with names in place of numbers, and logarithms.");
        var many = new Chart("Every colour", new("epoch"), new("loss") { IsLogarithmic = true });
        for (int line = 0; line < 8; line++)
            many.AddLine($"line {line}", Enumerable.Range(1, 50).Select(x => ((double)x, (1 + line) * Math.Exp(-0.1 * x))));
        page.AddChart(many);
        page.AddCharts([Stems(), Named(), Dated(), Empty()]);
        page.BeginSection("A wide table");
        string[] columns = [.. Enumerable.Range(0, 16).Select(i => $"column {i}")];
        page.AddTable(new(
            "It scrolls by itself", columns,
            [.. Enumerable.Range(0, 4).Select(row => (string[])[.. columns.Select((_, i) => $"{row * i}")])]));
        page.BeginSection("The end");
        page.AddText("That is all.");
        return page;
    }

    private static Chart Stems()
    {
        var chart = new Chart("Correlations", new("lag"), new("correlation"));
        chart.AddStems("correlation", Enumerable.Range(0, 20).Select(lag => ((double)lag, Math.Cos(lag) / (1 + lag))));
        chart.AddGuide("99 % bound", [(0, 0.2), (19, 0.2)]);
        chart.AddGuide("99 % bound", [(0, -0.2), (19, -0.2)]);
        return chart;
    }

    private static Chart Named()
    {
        string[] names = ["a short name", "a rather longer name of a family", "another", "<one & more>", "שם מימין לשמאל"];
        var chart = new Chart("Families", new("family") { Names = names }, new("accuracy"));
        chart.AddDots("trial", Enumerable.Range(0, 40).Select(i => ((double)(i % names.Length), 0.5 + 0.01 * i)));
        return chart;
    }

    private static Chart Dated()
    {
        var start = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
        var days = new ChartAxis("day") { Label = day => start.AddDays(day).ToString("d MMM", CultureInfo.InvariantCulture) };
        var chart = new Chart("Days", days, new("rentals, thousands a day"));
        chart.AddBand("interval", Enumerable.Range(0, 90).Select(day => ((double)day, 10000.0 + 50 * day, 12000.0 + 60 * day)));
        chart.AddLine(
            "what came", Enumerable.Range(0, 90).Select(day => ((double)day, 11000 + 55 * day + 500 * Math.Sin(day))), ChartColor.Ink);
        return chart;
    }

    private static Chart Empty()
    {
        var chart = new Chart("Nothing is known", new("x"), new("y"));
        chart.AddLine("not a number", [(0, double.NaN), (1, double.PositiveInfinity)]);
        return chart;
    }
}
