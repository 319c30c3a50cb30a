using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>How far forecasts are from what came; of each the smaller is the better.</summary>
public enum ForecastMetric
{
    /// <summary>The mean absolute error, in the unit of the target.</summary>
    MeanAbsoluteError,

    /// <summary>The root of the mean squared error, in the unit of the target.</summary>
    RootMeanSquaredError,

    /// <summary>
    /// The mean absolute error of each series and target, divided by that of the last value as a forecast of the next in the rows before
    /// those held out (Hyndman and Koehler 2006), so that series of any size count alike.
    /// </summary>
    MeanAbsoluteScaledError,
}

/// <summary>
/// The errors of forecasts of the last rows of each series, made after every row from the last one before them on: a rolling origin. For a
/// sweep over rows that <c>mlContext.Forecasting.HoldOutEnd</c> has split.
/// </summary>
/// <param name="metric">Which number.</param>
/// <param name="options">The columns.</param>
/// <param name="rows">How many rows of each series are held out.</param>
public sealed class ForecastMetricManager(ForecastMetric metric, ForecastingOptions options, int rows) : IEvaluateMetricManager
{
    /// <inheritdoc/>
    public bool IsMaximize => false;

    /// <inheritdoc/>
    public string MetricName => metric.ToString();

    /// <summary>Returns the metric of the rows of whole series, with the forecasts that a model has added.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidOperationException">No held-out row has a known target and a forecast.</exception>
    public double Evaluate(MLContext context, IDataView eval)
    {
        ArgumentNullException.ThrowIfNull(eval);
        var columns = new ForecastColumns(eval.Schema, options);
        var forecasts = eval.Schema[options.OutputColumnName];
        var errors = new ForecastErrors(metric, columns.Shape, rows);
        using var all = new TableRows(eval.GetRowCursor(columns.Needed.Append(forecasts)));
        var (series, read) = (new SeriesRows(columns, all), all.Cursor.GetGetter<VBuffer<float>>(forecasts));
        VBuffer<float> forecast = default;
        while (all.MoveNext())
        {
            if (series.Read())
                errors.EndSeries();
            read(ref forecast);
            errors.Add(series.Values, [.. forecast.DenseValues()]);
        }
        errors.EndSeries();
        return errors.Mean();
    }
}
