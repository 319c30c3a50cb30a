using System.Globalization;
using System.Text;
using Microsoft.ML.StateSpace;
using Samples;

namespace Forecasting;

/// <summary>The forecast and the backtest as one HTML page that needs nothing else.</summary>
/// <param name="days">The whole record.</param>
/// <param name="result">The backtest of its beginning.</param>
internal sealed class RentalPage(Day[] days, BacktestResult result)
{
    private const int DaysShown = 60, OriginsShown = 5;
    private const string Actual = "currentColor";

    private static readonly string[] Palette = ["#3b82f6", "#94a3b8", "#f59e0b", "#a78bfa", "#10b981"];

    /// <param name="forecast">Forecast, lower and upper bounds of the last days of the record.</param>
    public string Html((float[] Forecast, float[] Lower, float[] Upper) forecast)
    {
        string horizon = $"{result.Forecaster.Steps.Count} days", level = $"{100 * result.ConfidenceLevel:0} % interval";
        (string, string)[] lines = [("what came", Actual), ($"forecast, with its {level}", Palette[0])];
        return new StringBuilder(ChartPage.Head("Bicycles of the next two weeks"))
            .AppendLine("<p class=\"note\">Rentals a day, from calendar and weather.</p>")
            .AppendLine($"<h2>The next {horizon}</h2>").AppendLine(ChartPage.Legend(lines))
            .AppendLine($"<section>{Next(forecast)}</section>")
            .AppendLine($"<h2>Backtest: some of its {result.Origins} forecasts</h2>").AppendLine(ChartPage.Legend(lines))
            .AppendLine($"<section>{Origins()}</section>")
            .AppendLine("<h2>Mean absolute error by days ahead</h2>")
            .AppendLine(ChartPage.Legend(result.Models.Select((model, i) => (model.Name, Palette[i]))))
            .AppendLine($"<section>{Errors()}</section></body></html>").ToString();
    }

    private string Next((float[] Forecast, float[] Lower, float[] Upper) forecast)
    {
        int first = days.Length - forecast.Forecast.Length;
        var chart = Chart(days.Length - DaysShown, days.Length, forecast.Upper, forecast.Lower);
        Draw(chart, first, forecast.Forecast, forecast.Lower, forecast.Upper);
        return chart.ToString();
    }

    private string Origins()
    {
        int apart = result.Forecasts.Count / OriginsShown;
        BacktestOrigin[] shown = [.. result.Forecasts.Where((_, i) => i % apart == apart / 2)];
        var chart = Chart(
            result.Series[0].TestStart - 14, result.Series[0].Values.Count, shown.SelectMany(o => o.UpperBound),
            shown.SelectMany(o => o.LowerBound));
        foreach (var origin in shown)
            Draw(chart, origin.Row + 1, origin.Forecasts[0], origin.LowerBound, origin.UpperBound);
        return chart.ToString();
    }

    private string Errors()
    {
        double[][] errors = [.. result.Models.Select(model => model.Steps.Select(step => step.MeanAbsoluteError).ToArray())];
        int steps = errors[0].Length;
        var chart = new SvgChart(
            880, 300, new Axis("days ahead", [1, steps]), new Axis("MAE, rentals", [0, .. errors.SelectMany(values => values)]));
        foreach (var (model, i) in result.Models.Select((model, i) => (model, i)).Reverse())
            chart.Line(errors[i].Select((error, step) => (step + 1.0, error)), Palette[i], model.Name, i == 0 ? 3 : 1.8);
        return chart.ToString();
    }

    // The rentals of some days, with room for bounds.
    private SvgChart Chart(int first, int end, IEnumerable<float> upper, IEnumerable<float> lower)
    {
        var rentals = Enumerable.Range(first, end - first).Select(day => (At: (double)day, Value: (double)days[day].Rentals)).ToList();
        var time = new Axis("day", [first, end - 1])
        {
            Label = day => days[Math.Clamp((int)day, 0, days.Length - 1)].Date.ToString("d MMM", CultureInfo.InvariantCulture),
        };
        var values = rentals.Select(day => day.Value).Concat(upper.Select(value => (double)value)).Append(Math.Max(0, lower.Min()));
        var chart = new SvgChart(880, 320, time, new Axis("rentals", values));
        chart.Line(rentals, Actual, "what came", 1.3);
        return chart;
    }

    private static void Draw(
        SvgChart chart, int first, IReadOnlyList<float> forecast, IReadOnlyList<float> lower, IReadOnlyList<float> upper)
    {
        // There are no fewer bicycles than none.
        chart.Band([.. forecast.Select((_, i) => ((double)first + i, Math.Max(0.0, lower[i]), (double)upper[i]))], Palette[0], "interval");
        chart.Line(forecast.Select((value, i) => ((double)first + i, (double)value)), Palette[0], "forecast", 2.2);
    }
}
