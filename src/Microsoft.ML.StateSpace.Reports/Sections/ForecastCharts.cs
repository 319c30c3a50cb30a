namespace Microsoft.ML.StateSpace.Reports;

/// <summary>Forecasts with their bands: the last ones, and those with the largest errors.</summary>
internal static class ForecastCharts
{
    private const int FewestRowsBefore = 24, HorizonsBefore = 3, FewestLast = 1;

    public static void Add(ReportPage page, BacktestResult result, int count)
    {
        string level = $"{Number.Text(Math.Round(100.0 * result.ConfidenceLevel, 3))} % interval";
        page.BeginSection("Forecasts", $"What came, and what was forecast, with its {level}.");
        var last = result.Forecasts.GroupBy(origin => origin.Series).Select(series => series.Last()).Take(Math.Max(FewestLast, count / 2));
        page.AddCharts(last.Select(origin => Draw(result, origin, 0, "the last forecast", level)));
        var worst = Largest(result).Take(count).ToList();
        page.BeginSection(
            "The largest errors", "Forecasts whose mean absolute error is largest, in units of what the series changes from row to row.");
        page.AddTable(new(
            "These forecasts", ["series", "last row seen", "target", "error in such units"],
            [.. worst.Select(one => (string[])
            [
                Name(result, one.Origin), Number.Text((long)one.Origin.Row), Page.Name(result.TargetNames[one.Target]),
                Number.Text(one.Error),
            ])]));
        page.AddCharts(worst.Select(one => Draw(result, one.Origin, one.Target, $"after row {Number.Text((long)one.Origin.Row)}", level)));
    }

    // Of forecasts that overlap only the one with the largest error is taken.
    private static IEnumerable<(BacktestOrigin Origin, int Target, double Error)> Largest(BacktestResult result)
    {
        int targets = result.TargetNames.Count, horizon = result.Forecaster.Steps.Count;
        var errors = result.Forecasts.SelectMany(origin => Enumerable.Range(0, targets).Select(target => (origin, target,
                Error: Enumerable.Range(0, horizon).Select(step => Math.Abs(
                    (double)At(result, origin.Series, origin.Row + 1 + step, target) - origin.Forecasts[0][step * targets + target]))
                    .Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average() / Change(result, origin.Series, target))))
            .Where(one => double.IsFinite(one.Error))
            .OrderByDescending(one => one.Error).ThenBy(one => one.origin.Series).ThenBy(one => one.origin.Row).ThenBy(one => one.target);
        var taken = new List<(int Series, int Row, int Target)>();
        foreach (var one in errors)
        {
            if (taken.Exists(other => other.Series == one.origin.Series && other.Target == one.target
                && Math.Abs(other.Row - one.origin.Row) < horizon))
                continue;
            taken.Add((one.origin.Series, one.origin.Row, one.target));
            yield return one;
        }
    }

    private static Chart Draw(BacktestResult result, BacktestOrigin origin, int target, string what, string level)
    {
        int targets = result.TargetNames.Count, horizon = result.Forecaster.Steps.Count;
        int first = Math.Max(0, origin.Row - Math.Max(FewestRowsBefore, HorizonsBefore * horizon)), end = origin.Row + 1 + horizon;
        string name = Page.Name(result.TargetNames[target]), series = Name(result, origin);
        var chart = new Chart($"{(series == "" ? name : $"{series}, {name}")}: {what}", new("row"), new(name));
        IEnumerable<(double Row, int At)> Steps()
            => Enumerable.Range(0, horizon).Select(step => (origin.Row + 1.0 + step, step * targets + target));

        if (Steps().Any(step => float.IsFinite(origin.LowerBound[step.At])))
            chart.AddBand(
                level, Steps().Select(step => (step.Row, (double)origin.LowerBound[step.At], (double)origin.UpperBound[step.At])),
                ChartColor.Blue);
        chart.AddLine(
            "what came", Enumerable.Range(first, end - first).Select(row => ((double)row, (double)At(result, origin.Series, row, target))),
            ChartColor.Ink, isThin: true);
        chart.AddLine("forecast", Steps().Select(step => (step.Row, (double)origin.Forecasts[0][step.At])), ChartColor.Blue);
        return chart;
    }

    private static double Change(BacktestResult result, int series, int target)
    {
        int rows = result.Series[series].Values.Count / result.TargetNames.Count;
        double mean = Enumerable.Range(1, Math.Max(0, rows - 1))
            .Select(row => Math.Abs((double)At(result, series, row, target) - At(result, series, row - 1, target)))
            .Where(double.IsFinite).DefaultIfEmpty(0).Average();
        return mean > 0 ? mean : 1;
    }

    private static float At(BacktestResult result, int series, int row, int target)
        => result.Series[series].Values[row * result.TargetNames.Count + target];

    private static string Name(BacktestResult result, BacktestOrigin origin)
        => result.Series[origin.Series].Name is { } name ? Page.Name(name) : "";
}
