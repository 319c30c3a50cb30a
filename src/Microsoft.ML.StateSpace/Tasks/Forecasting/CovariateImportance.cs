using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace;

/// <summary>How much a forecaster makes of a column of covariates.</summary>
/// <param name="Name">The column.</param>
/// <param name="Mean">
/// The share by which the mean absolute error of all forecasts rises when the column is shifted in time against the others, the mean over
/// the repeats: 0.2 is an error that is 20 % larger. Near zero where the column does not matter.
/// </param>
/// <param name="StandardDeviation">The standard deviation over the repeats; 0 where there is only one.</param>
public sealed record CovariateImportance(string Name, double Mean, double StandardDeviation)
{
    internal static IReadOnlyList<CovariateImportance> Of(
        ForecastColumns columns, ForecastModel model, IDataView table, int repeats, int seed)
    {
        var series = SeriesRows.ReadAll(columns, table);
        double error = ErrorOf(model, series);
        if (!(error > 0))
            throw new InvalidOperationException(
                "No forecast of these rows has an error, so none can rise. Give rows with known targets, on which the forecaster was not "
                + "trained.");
        var all = new List<CovariateImportance>();
        int place = model.Shape.Targets;
        foreach (string name in columns.Options.InputNames().Skip(columns.Options.TargetColumnNames.Count))
        {
            int width = columns.WidthOf(name), start = place;
            place += width;
            if (columns.Options.StaticColumnNames.Contains(name))
                continue; // a shift in time changes nothing
            var random = new Random(seed);
            double[] rises = [.. Enumerable.Range(0, repeats).Select(
                _ => ErrorOf(model, [.. series.Select(rows => Shifted(rows, model.Shape.Width, start, width, random))]) / error - 1)];
            double mean = rises.Average();
            double squares = rises.Sum(rise => (rise - mean) * (rise - mean));
            all.Add(new(name, mean, repeats == 1 ? 0 : Math.Sqrt(squares / (repeats - 1))));
        }
        return all;
    }

    // The mean absolute error of all forecasts of all rows.
    private static double ErrorOf(ForecastModel model, IReadOnlyList<float[]> series)
    {
        var (shape, run) = (model.Shape, new ForecastRun(model));
        double sum = 0;
        long count = 0;
        foreach (float[] rows in series)
        {
            int length = rows.Length / shape.Width;
            float[] ahead = new float[length * shape.AheadWidth];
            for (int t = 0; t < length; t++)
                shape.CopyAhead(rows.AsSpan(t * shape.Width, shape.Width), ahead.AsSpan(t * shape.AheadWidth, shape.AheadWidth));
            run.State.Reset();
            for (int t = 0; t < length; t++)
            {
                run.State.Observe(rows.AsSpan(t * shape.Width, shape.Width));
                int steps = Math.Min(shape.Horizon, length - t - 1);
                run.Forecast(ahead.AsSpan((t + 1) * shape.AheadWidth, steps * shape.AheadWidth));
                for (int i = 0; i < steps * shape.Targets; i++)
                {
                    float value = rows[(t + 1 + i / shape.Targets) * shape.Width + i % shape.Targets];
                    double off = Math.Abs((double)value - run.Outputs[0][i]);
                    if (double.IsFinite(off))
                        (sum, count) = (sum + off, count + 1);
                }
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    // The rows with some of their values from other times: a quarter of the series away, at least, and around its ends.
    private static float[] Shifted(float[] rows, int rowWidth, int start, int width, Random random)
    {
        float[] copy = [.. rows];
        int length = rows.Length / rowWidth, by = length / 4 + random.Next(Math.Max(1, length / 2));
        for (int t = 0; t < length; t++)
            rows.AsSpan((t + by) % length * rowWidth + start, width).CopyTo(copy.AsSpan(t * rowWidth + start));
        return copy;
    }
}
