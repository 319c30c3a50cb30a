using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Forecasting;

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
        var forecasts = eval.Schema[options.OutputColumnName];
        var columns = new ForecastColumns(eval.Schema, options);
        using var cursor = columns.InOrder(eval).GetRowCursor([forecasts]);
        var read = cursor.GetGetter<VBuffer<float>>(forecasts);
        var sums = default(ErrorSums);
        foreach (var series in TestedSeries.ReadAll(columns, eval))
            Add(series, cursor, read, ref sums);
        var metrics = sums.Metrics;
        double value = metric switch
        {
            ForecastMetric.RootMeanSquaredError => metrics.RootMeanSquaredError,
            ForecastMetric.MeanAbsoluteScaledError => metrics.MeanAbsoluteScaledError,
            _ => metrics.MeanAbsoluteError,
        };
        return !double.IsNaN(value) ? value : throw new InvalidOperationException(
            "No row that was held out has a known target and a forecast, so there is nothing to judge by. Hold out rows with targets.");
    }

    // Adds the errors of the forecasts that a series' rows carry, from the last row before those held out on.
    private void Add(TestedSeries series, DataViewRowCursor cursor, ValueGetter<VBuffer<float>> read, ref ErrorSums sums)
    {
        series.TestStart = Math.Max(1, series.AllRows - rows);
        double[] scales = [.. Enumerable.Range(0, series.Targets).Select(target => series.Scale(target, season: 1))];
        VBuffer<float> forecast = default;
        for (int origin = 0; origin < series.AllRows; origin++)
        {
            cursor.MoveNext();
            if (origin < series.TestStart - 1)
                continue;
            read(ref forecast);
            float[] values = [.. forecast.DenseValues()]; // (horizon, targets)
            for (int i = 0; i < values.Length && origin + 1 + i / series.Targets < series.AllRows; i++)
            {
                int target = i % series.Targets;
                sums.Add(series.Row(origin + 1 + i / series.Targets)[target], values[i], scales[target]);
            }
        }
    }
}
