using Microsoft.ML.StateSpace.Forecasting;

namespace Microsoft.ML.StateSpace.Reports;

/// <summary>
/// A forecaster on the last rows of each series: errors by horizon, coverage of its intervals, and forecasts with their bands.
/// </summary>
internal static class BacktestSection
{
    private const int MostTargets = 8;

    public static void Add(ReportPage page, ForecastingTransformer forecaster, IDataView data, ReportOptions options)
    {
        var test = (options.Backtest ?? new BacktestOptions()) with { KeepsForecasts = true };
        test.Validate(forecaster.Options.Horizon);
        if (test.Refits > 0)
            throw new ArgumentException(
                $"Refits is {test.Refits}, but a report is about the forecaster as it is fitted. Set Refits of ReportOptions.Backtest to "
                + "0.",
                nameof(options));
        forecaster.GetOutputSchema(data.Schema);
        var columns = new ForecastColumns(data.Schema, forecaster.Options);
        var result = new Backtest(test, TestedSeries.ReadAll(columns, data), forecaster.Options.Horizon, columns).Run(0, _ => forecaster);
        AddErrors(page, result);
        AddCoverage(page, result);
        if (options.Examples > 0)
            ForecastCharts.Add(page, result, options.Examples);
    }

    private static void AddErrors(ReportPage page, BacktestResult result)
    {
        string season = result.Season > 1 ? $", season of {result.Season} rows" : "";
        page.BeginSection(
            "How good it is",
            $"Forecasts after {Number.Text((long)result.Origins)} rows of {Number.Text((long)result.TestedSeries)} series{season}, beside "
            + "simple forecasts. They are honest where the forecaster was fitted to the rows before the test part alone.");
        var overall = result.Forecaster.Overall;
        page.AddNumbers(
        [
            ("mean absolute error", Number.Text(overall.MeanAbsoluteError)),
            ("root mean squared error", Number.Text(overall.RootMeanSquaredError)),
            ("scaled error (MASE)", Number.Text(overall.MeanAbsoluteScaledError)),
            ($"in {Level(result)} intervals", Number.Percent(overall.Coverage)),
        ]);
        page.AddTable(Metrics(
            "All steps and targets", "forecast", result, result.Models.Select(model => (Page.Name(model.Name), model.Overall))));
        var chart = new Chart("Mean absolute error by steps ahead", new("steps ahead"), new("mean absolute error") { Shows = [0] });
        foreach (var model in result.Models)
            chart.AddLine(Page.Name(model.Name), model.Steps.Select((step, i) => (i + 1.0, step.MeanAbsoluteError)));
        page.AddChart(chart);
        if (result.TargetNames.Count > 1)
            page.AddTable(Metrics(
                "Each target", "target", result,
                result.Forecaster.Targets.Select((metrics, i) => (Page.Name(result.TargetNames[i]), metrics))));
    }

    private static void AddCoverage(ReportPage page, BacktestResult result)
    {
        var steps = result.Forecaster.Steps;
        if (!steps.Any(step => double.IsFinite(step.Coverage)))
            return;
        page.BeginSection(
            "Calibration of the intervals",
            $"{Level(result)} of what came should lie in the intervals. Steps of one forecast err together, so on a short test part the "
            + "share scatters.");
        var chart = new Chart("Share of values in their intervals", new("steps ahead"), new("share") { Shows = [1] });
        chart.AddGuide("as it should be", [(1, result.ConfidenceLevel), (steps.Count, result.ConfidenceLevel)]);
        for (int target = 0; target < Math.Min(MostTargets, result.TargetNames.Count); target++)
        {
            int at = target;
            string name = result.TargetNames.Count == 1 ? "in the interval" : Page.Name(result.TargetNames[target]);
            chart.AddLine(
                name, Enumerable.Range(1, steps.Count).Select(step => ((double)step, result.Forecaster.At(step, at).Coverage)),
                Chart.ColorAt(target));
        }
        page.AddChart(chart);
        page.AddTable(Metrics(
            "The forecaster by steps ahead", "step", result,
            Thinning.Every([.. steps.Select((metrics, i) => (Number.Text(i + 1L), metrics))], 48)));
    }

    private static ReportTable Metrics(
        string caption, string first, BacktestResult result, IEnumerable<(string Name, ForecastMetrics Metrics)> rows)
        => new(
            caption, [first, "MAE", "RMSE", "sMAPE, %", "MASE", "pinball loss", $"in {Level(result)} intervals", "width"],
            [.. rows.Select(row => (string[])
            [
                row.Name, Number.Text(row.Metrics.MeanAbsoluteError), Number.Text(row.Metrics.RootMeanSquaredError),
                Number.Text(row.Metrics.SymmetricMeanAbsolutePercentageError), Number.Text(row.Metrics.MeanAbsoluteScaledError),
                Number.Text(row.Metrics.PinballLoss), Number.Percent(row.Metrics.Coverage), Number.Text(row.Metrics.MeanIntervalWidth),
            ])]);

    private static string Level(BacktestResult result) => $"{Number.Text(Math.Round(100.0 * result.ConfidenceLevel, 3))} %";
}
