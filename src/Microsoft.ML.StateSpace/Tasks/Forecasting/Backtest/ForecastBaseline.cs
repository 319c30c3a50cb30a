using Microsoft.ML.StateSpace.Forecasting;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// A simple forecaster that stands beside the state-space forecaster in a backtest. It looks at the past of the one value that it
/// forecasts, and at no covariates. In all of these a missing value counts as the last one that was known.
/// </summary>
/// <example>
/// <code>
/// var median = new ForecastBaseline("median of 7", (history, horizon) =>
/// {
///     float[] week = [.. history.TakeLast(7).Order()];
///     return [.. Enumerable.Repeat(week[week.Length / 2], horizon)];
/// });
/// </code>
/// </example>
public sealed class ForecastBaseline
{
    /// <summary>Makes a baseline of any function.</summary>
    /// <param name="name">Its name in the table.</param>
    /// <param name="forecast">
    /// Gets the values of one target of one series up to the origin, where NaN is missing, and the horizon; returns (horizon) forecasts.
    /// It is called for every origin, so a costly one wants a <see cref="BacktestOptions.Stride"/>.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public ForecastBaseline(string name, Func<float[], int, float[]> forecast)
        : this(name, Delegated(name, forecast))
    {
    }

    private ForecastBaseline(string name, Func<BaselineTraining, BaselineForecast> fit)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Name, Fit) = (name, fit);
    }

    /// <summary>The last value, for all rows that are forecast.</summary>
    public static ForecastBaseline Naive { get; } = new("naive", _ => SimpleForecasts.LastValue);

    /// <summary>
    /// The value of the same place in the last season (<see cref="BacktestOptions.Season"/>). Where there is no season, it is the last
    /// value.
    /// </summary>
    public static ForecastBaseline SeasonalNaive { get; } = new("seasonal naive", training => SimpleForecasts.LastSeason(training.Season));

    /// <summary>
    /// The value of the same place in the last season, and the mean rise a row since the series began. Without a season it is the straight
    /// line through the first and the last value.
    /// </summary>
    public static ForecastBaseline Drift { get; } = new("drift", training => SimpleForecasts.Drift(training.Season));

    /// <summary>
    /// Ridge regression from the last values of the series to each of the next, one equation a horizon step and target, in closed form, for
    /// all series together. It looks back over four seasons, at least 32 and at most 512 rows, over fewer where the training part is
    /// short. The penalty is chosen on the last fifth of the training part.
    /// </summary>
    public static ForecastBaseline Ridge { get; } = new("ridge over lags", training => new LagRidge(training).Forecast);

    /// <summary>All of these.</summary>
    public static IReadOnlyList<ForecastBaseline> Usual { get; } = [Naive, SeasonalNaive, Drift, Ridge];

    /// <summary>Its name in the table.</summary>
    public string Name { get; }

    /// <summary>Makes the forecaster from the rows before the test part.</summary>
    internal Func<BaselineTraining, BaselineForecast> Fit { get; }

    /// <summary>Returns the <see cref="Name"/>.</summary>
    public override string ToString() => Name;

    private static Func<BaselineTraining, BaselineForecast> Delegated(string name, Func<float[], int, float[]> forecast)
    {
        ArgumentNullException.ThrowIfNull(forecast);
        return _ => (series, row, target, forecasts) =>
        {
            float[] made = forecast(series.History(target, row), forecasts.Length);
            if (made?.Length != forecasts.Length)
                throw new InvalidOperationException(
                    $"Baseline '{name}' returned {made?.Length ?? 0} values for {forecasts.Length} rows. Make its function return one "
                    + "value for each row that is forecast.");
            made.CopyTo(forecasts);
        };
    }
}
