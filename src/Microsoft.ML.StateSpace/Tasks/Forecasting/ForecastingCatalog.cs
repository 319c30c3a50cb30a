using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Interop;

namespace Microsoft.ML;

public static partial class StateSpaceCatalogExtensions
{
    /// <summary>
    /// Creates an estimator that forecasts one series, in the manner of ML.NET's <c>ForecastBySsa</c>, with no window to choose.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Forecasting</c>.</param>
    /// <param name="outputColumnName">The column of forecasts that is made: a vector of Single, (horizon).</param>
    /// <param name="inputColumnName">The column that is forecast, one row a time step.</param>
    /// <param name="horizon">Number of rows that are forecast.</param>
    /// <param name="confidenceLevel">The share of values that shall lie between the bounds.</param>
    /// <param name="confidenceLowerBoundColumn">The column of lower bounds. <see langword="null"/> means none.</param>
    /// <param name="confidenceUpperBoundColumn">The column of upper bounds. <see langword="null"/> means none.</param>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.Forecasting.ForecastByStateSpace("Forecast", "Passengers", horizon: 12,
    ///     confidenceLowerBoundColumn: "Lower", confidenceUpperBoundColumn: "Upper");
    /// ForecastingTransformer model = pipeline.Fit(table);
    /// </code>
    /// </example>
    public static ForecastingEstimator ForecastByStateSpace(
        this ForecastingCatalog catalog, string outputColumnName, string inputColumnName, int horizon, float confidenceLevel = 0.95f,
        string? confidenceLowerBoundColumn = null, string? confidenceUpperBoundColumn = null)
        => ForecastByStateSpace(catalog, new ForecastingOptions
        {
            OutputColumnName = outputColumnName,
            TargetColumnNames = [inputColumnName],
            Horizon = horizon,
            ConfidenceLevel = confidenceLevel,
            ConfidenceLowerBoundColumn = confidenceLowerBoundColumn,
            ConfidenceUpperBoundColumn = confidenceUpperBoundColumn,
        });

    /// <summary>
    /// Creates an estimator that forecasts many series by one model, with covariates known ahead and known so far.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Forecasting</c>.</param>
    /// <param name="options">The columns, and how far to look ahead.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.Forecasting.ForecastByStateSpace(new ForecastingOptions
    /// {
    ///     TargetColumnNames = ["Load"], SeriesColumnName = "Meter", OrderColumnName = "Time",
    ///     KnownAheadColumnNames = ["Temperature"], Horizon = 48, ConfidenceLevel = 0.9f,
    /// });
    /// </code>
    /// </example>
    public static ForecastingEstimator ForecastByStateSpace(this ForecastingCatalog catalog, ForecastingOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ForecastingEstimator(options, Friend.EnvironmentOf(catalog));
    }
}
