using System.Globalization;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Reports;

namespace Forecasting;

/// <summary>The forecast and the backtest as one HTML page that needs nothing else.</summary>
/// <param name="days">The whole record.</param>
/// <param name="result">The backtest of its beginning.</param>
internal sealed class RentalPage(Day[] days, BacktestResult result)
{
    private const int DaysShown = 60, OriginsShown = 5;

    private string Level => $"{100 * result.ConfidenceLevel:0} % interval";

    /// <param name="forecast">Forecast, lower and upper bounds of the last days of the record.</param>
    public ReportPage Page((float[] Forecast, float[] Lower, float[] Upper) forecast)
    {
        var page = new ReportPage("Bicycles of the next two weeks", "Rentals a day, from calendar and weather.");
        page.AddChart(Next(forecast));
        page.AddChart(Origins());
        page.AddChart(Errors());
        return page;
    }

    private Chart Next((float[] Forecast, float[] Lower, float[] Upper) forecast)
    {
        var chart = Rentals($"The next {forecast.Forecast.Length} days", days.Length - DaysShown, days.Length);
        Draw(chart, days.Length - forecast.Forecast.Length, forecast.Forecast, forecast.Lower, forecast.Upper);
        return chart;
    }

    private Chart Origins()
    {
        int apart = result.Forecasts.Count / OriginsShown;
        var chart = Rentals(
            $"Backtest: some of its {result.Origins} forecasts", result.Series[0].TestStart - 14, result.Series[0].Values.Count);
        foreach (var origin in result.Forecasts.Where((_, i) => i % apart == apart / 2))
            Draw(chart, origin.Row + 1, origin.Forecasts[0], origin.LowerBound, origin.UpperBound);
        return chart;
    }

    private Chart Errors()
    {
        var chart = new Chart("Mean absolute error by days ahead", new("days ahead"), new("MAE, rentals") { Shows = [0] });
        foreach (var model in result.Models)
            chart.AddLine(model.Name, model.Steps.Select((step, i) => (i + 1.0, step.MeanAbsoluteError)));
        return chart;
    }

    // The rentals of some days.
    private Chart Rentals(string title, int first, int end)
    {
        var time = new ChartAxis("day")
        {
            Label = day => days[Math.Clamp((int)day, 0, days.Length - 1)].Date.ToString("d MMM", CultureInfo.InvariantCulture),
        };
        var chart = new Chart(title, time, new("rentals"));
        chart.AddLine(
            "what came", Enumerable.Range(first, end - first).Select(day => ((double)day, (double)days[day].Rentals)), ChartColor.Ink,
            isThin: true);
        return chart;
    }

    private void Draw(Chart chart, int first, IReadOnlyList<float> forecast, IReadOnlyList<float> lower, IReadOnlyList<float> upper)
    {
        // There are no fewer bicycles than none.
        chart.AddBand(Level, forecast.Select((_, i) => ((double)first + i, Math.Max(0.0, lower[i]), (double)upper[i])), ChartColor.Blue);
        chart.AddLine("forecast", forecast.Select((value, i) => ((double)first + i, (double)value)), ChartColor.Blue);
    }
}
