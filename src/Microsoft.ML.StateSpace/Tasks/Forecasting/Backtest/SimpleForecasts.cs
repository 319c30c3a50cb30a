namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>Forecasts that need no fit. See Hyndman, Athanasopoulos, "Forecasting: Principles and Practice", section 5.2.</summary>
internal static class SimpleForecasts
{
    public static void LastValue(TestedSeries series, int row, int target, Span<float> forecasts)
        => forecasts.Fill(series.Filled[target][row]);

    public static BaselineForecast LastSeason(int season) => (series, row, target, forecasts) =>
    {
        float[] values = series.Filled[target];
        for (int step = 1; step <= forecasts.Length; step++)
            forecasts[step - 1] = values[SeasonAgo(row, step, season)];
    };

    public static BaselineForecast Drift(int season) => (series, row, target, forecasts) =>
    {
        float[] values = series.Filled[target];
        int first = series.FirstKnown[target];
        double rise = row > first ? (values[row] - (double)values[first]) / (row - first) : 0;
        for (int step = 1; step <= forecasts.Length; step++)
        {
            int ago = SeasonAgo(row, step, season);
            forecasts[step - 1] = (float)(values[ago] + rise * (row + step - ago));
        }
    };

    // The row of the last full season that stands where a step stands in its own; the origin where the series is too short for it.
    private static int SeasonAgo(int row, int step, int season)
    {
        int ago = row + step - (step + season - 1) / season * season;
        return ago < 0 ? row : ago;
    }
}
