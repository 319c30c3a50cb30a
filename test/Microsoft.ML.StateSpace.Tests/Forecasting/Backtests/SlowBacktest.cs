using static Microsoft.ML.StateSpace.Tests.Forecasting.Demands;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Backtests;

/// <summary>
/// The oracle of backtests: for each origin a table of its own, which ends there but for what is known ahead, is transformed anew.
/// </summary>
internal static class SlowBacktest
{
    /// <summary>What was forecast of a value, after which day.</summary>
    public sealed record Pair(string Shop, int Origin, int Step, double Actual, double Forecast, double Lower, double Upper, double Scale);

    /// <summary>All pairs of the test part of each shop, which begins at so many rows before its end.</summary>
    public static List<Pair> Pairs(ForecastingTransformer model, Demand[] rows, int testRows, int season)
    {
        var pairs = new List<Pair>();
        foreach (var shop in rows.GroupBy(row => row.Shop))
        {
            Demand[] days = [.. shop];
            int start = days.Length - testRows;
            double scale = Enumerable.Range(season, start - season).Select(t => Math.Abs(days[t].Sales - (double)days[t - season].Sales))
                .Where(double.IsFinite).Average();
            for (int origin = start - 1; origin + Horizon < days.Length; origin++)
            {
                var answer = Answers(model, Until(days, origin))[origin];
                for (int step = 1; step <= Horizon; step++)
                {
                    if (float.IsFinite(days[origin + step].Sales))
                        pairs.Add(new Pair(
                            shop.Key, origin, step, days[origin + step].Sales, answer.Forecast[step - 1], answer.Lower[step - 1],
                            answer.Upper[step - 1], scale));
                }
            }
        }
        return pairs;
    }

    /// <summary>The rows up to an origin, and behind them what is known ahead.</summary>
    public static IEnumerable<Demand> Until(Demand[] days, int origin) =>
    [
        .. days[..(origin + 1)],
        .. days.Skip(origin + 1).Take(Horizon).Select(day => new Demand
        {
            Shop = day.Shop, Day = day.Day, Holiday = day.Holiday, Sales = float.NaN, Heat = double.NaN,
        }),
    ];

    public static void ShouldBe(ForecastMetrics metrics, IEnumerable<Pair> given, double level)
    {
        Pair[] pairs = [.. given];
        double tail = (1 - level) / 2;
        metrics.Count.Should().Be(pairs.Length);
        Close(metrics.MeanAbsoluteError, pairs.Average(p => Math.Abs(p.Actual - p.Forecast)));
        Close(metrics.RootMeanSquaredError, Math.Sqrt(pairs.Average(p => Math.Pow(p.Actual - p.Forecast, 2))));
        Close(
            metrics.SymmetricMeanAbsolutePercentageError,
            100 * pairs.Average(p => Math.Abs(p.Actual - p.Forecast) / ((Math.Abs(p.Actual) + Math.Abs(p.Forecast)) / 2)));
        Close(metrics.MeanAbsoluteScaledError, pairs.Average(p => Math.Abs(p.Actual - p.Forecast) / p.Scale));
        Close(metrics.LowerPinballLoss, pairs.Average(p => Pinball(p.Actual, p.Lower, tail)));
        Close(metrics.UpperPinballLoss, pairs.Average(p => Pinball(p.Actual, p.Upper, 1 - tail)));
        Close(metrics.MedianPinballLoss, pairs.Average(p => Pinball(p.Actual, p.Forecast, 0.5)));
        Close(metrics.Coverage, pairs.Average(p => p.Lower <= p.Actual && p.Actual <= p.Upper ? 1 : 0));
        Close(metrics.MeanIntervalWidth, pairs.Average(p => p.Upper - p.Lower));
    }

    private static double Pinball(double actual, double quantile, double level)
        => Math.Max(level * (actual - quantile), (level - 1) * (actual - quantile));

    private static void Close(double given, double expected) => given.Should().BeApproximately(expected, 1e-6 * Math.Max(1, expected));
}
