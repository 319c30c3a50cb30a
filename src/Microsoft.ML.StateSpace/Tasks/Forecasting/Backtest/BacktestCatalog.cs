using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Forecasting;

namespace Microsoft.ML;

public static partial class StateSpaceCatalogExtensions
{
    /// <summary>
    /// Fits a forecaster to the first rows of each series and tests it on the last, beside simple forecasts: after every row of the test
    /// part the next rows are forecast, and compared with what came. All forecasts of a series are made in one pass.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Forecasting</c>.</param>
    /// <param name="data">A table with one row a time step, which is held in memory.</param>
    /// <param name="options">The forecaster.</param>
    /// <param name="backtest">The test part, the baselines, and how often to fit. <see langword="null"/> means the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The rows are out of order, or the series too short, by themselves or before the test part. The message names a remedy.
    /// </exception>
    /// <example>
    /// <code>
    /// BacktestResult result = mlContext.Forecasting.BacktestStateSpace(table, options, new BacktestOptions { TestRows = 90, Refits = 2 });
    /// Console.WriteLine(result);
    /// double error = result.Forecaster.Steps[0].MeanAbsoluteError;
    /// </code>
    /// </example>
    public static BacktestResult BacktestStateSpace(
        this ForecastingCatalog catalog, IDataView data, ForecastingOptions options, BacktestOptions? backtest = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        backtest ??= new BacktestOptions();
        backtest.Validate(options.Horizon);
        var columns = new ForecastColumns(data.Schema, options);
        var series = TestedSeries.ReadAll(columns, data);
        var rows = columns.InOrder(data);
        var estimator = new ForecastingEstimator(options);
        return new Backtest(backtest, series, options.Horizon, columns).Run(1 + backtest.Refits, ends =>
        {
            try
            {
                return estimator.Fit(new SeriesHeads(rows, [.. series.Select((one, i) => (one.AllRows, ends[i]))]));
            }
            catch (InvalidOperationException error)
            {
                throw new InvalidOperationException(
                    $"A backtest learns from the rows before its test part alone. {error.Message} Or set TestRows or TestFraction to a "
                    + "smaller number.",
                    error);
            }
        });
    }

    /// <summary>
    /// Tests a fitted forecaster on the last rows of each series, beside simple forecasts. The rows before the test part should be those to
    /// which it was fitted: the baselines learn from them.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Forecasting</c>.</param>
    /// <param name="data">A table with one row a time step, the training rows included, which is held in memory.</param>
    /// <param name="model">The fitted forecaster.</param>
    /// <param name="backtest">The test part and the baselines. <see langword="null"/> means the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <exception cref="InvalidOperationException">The rows are out of order, or the series too short.</exception>
    public static BacktestResult BacktestStateSpace(
        this ForecastingCatalog catalog, IDataView data, ForecastingTransformer model, BacktestOptions? backtest = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(model);
        backtest ??= new BacktestOptions();
        backtest.Validate(model.Options.Horizon);
        if (backtest.Refits > 0)
            throw new ArgumentException(
                $"Refits is {backtest.Refits}, but a fitted forecaster is tested as it is. Give ForecastingOptions in its place, or set "
                + "Refits to 0.",
                nameof(backtest));
        model.GetOutputSchema(data.Schema);
        var columns = new ForecastColumns(data.Schema, model.Options);
        return new Backtest(backtest, TestedSeries.ReadAll(columns, data), model.Options.Horizon, columns).Run(0, _ => model);
    }
}
