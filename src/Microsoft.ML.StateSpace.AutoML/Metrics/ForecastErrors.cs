using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>Gathers the errors of forecasts, one series after the other.</summary>
/// <param name="metric">How errors count.</param>
/// <param name="shape">The sizes of rows and forecasts.</param>
/// <param name="rows">Rows at the end of each series whose targets count.</param>
internal sealed class ForecastErrors(ForecastMetric metric, ForecastShape shape, int rows)
{
    private readonly List<float[]> _targets = [], _forecasts = [];
    private double _sum;
    private long _count;

    public void Add(ReadOnlySpan<float> row, float[] forecast)
    {
        _targets.Add(row[..shape.Targets].ToArray());
        _forecasts.Add(forecast);
    }

    /// <summary>Counts the rows since the last series, which are a whole one.</summary>
    public void EndSeries()
    {
        int length = _targets.Count, start = Math.Max(1, length - rows);
        for (int j = 0; j < shape.Targets; j++)
        {
            double unit = metric == ForecastMetric.MeanAbsoluteScaledError ? MeanStep(j, start) : 1;
            for (int t = start; t < length && unit > 0; t++)
            {
                for (int step = 1; step <= Math.Min(shape.Horizon, t - start + 1); step++)
                    AddError(((double)_targets[t][j] - _forecasts[t - step][(step - 1) * shape.Targets + j]) / unit);
            }
        }
        _targets.Clear();
        _forecasts.Clear();
    }

    public double Mean() => _count == 0
        ? throw new InvalidOperationException(
            "No row that was held out has a known target and a forecast, so there is nothing to judge by. Hold out rows with targets.")
        : metric == ForecastMetric.RootMeanSquaredError ? Math.Sqrt(_sum / _count) : _sum / _count;

    private void AddError(double error)
    {
        if (!double.IsFinite(error))
            return;
        _sum += metric == ForecastMetric.RootMeanSquaredError ? error * error : Math.Abs(error);
        _count++;
    }

    // The mean difference of a target to the row before, before the rows that count.
    private double MeanStep(int target, int end)
    {
        double sum = 0;
        int count = 0;
        for (int t = 1; t < end; t++)
        {
            double step = Math.Abs((double)_targets[t][target] - _targets[t - 1][target]);
            if (double.IsFinite(step))
                (sum, count) = (sum + step, count + 1);
        }
        return count == 0 ? 0 : sum / count;
    }
}
