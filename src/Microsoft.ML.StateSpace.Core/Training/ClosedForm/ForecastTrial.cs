using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Forecasts targets of a held-out stretch, all steps of the horizon, from some of the rows before them.</summary>
internal static class ForecastTrial
{
    /// <summary>Every which row is forecast from, for so many rows in a stretch of all series.</summary>
    public static int StrideOf(ForecastRecord[] records, int origins)
        => Math.Max(1, records.Sum(record => record.Rows) / (origins * ForecastRecord.Stretches));

    /// <summary>Runs a trial.</summary>
    /// <param name="model">Its equations have not seen the stretch.</param>
    /// <param name="rows">(T, Width).</param>
    /// <param name="record">The same series.</param>
    /// <param name="stretch">The stretch in which the targets lie.</param>
    /// <param name="stride">Every which row is forecast from.</param>
    /// <param name="take">Takes the place of a forecast, step and target, and the size of its error in units of the running scale.</param>
    /// <param name="cancellation">Ends the trial.</param>
    public static void Run(
        ForecastModel model, float[] rows, ForecastRecord record, int stretch, int stride, Action<int, double> take,
        CancellationToken cancellation)
    {
        var shape = model.Shape;
        int start = record.StartOf(stretch), end = record.StartOf(stretch + 1), first = Math.Max(0, start - shape.Horizon);
        var (state, recursion) = (model.CreateState(), new ForecastRecursion(model));
        float[] point = new float[model.HalfWidths.Length], bound = new float[point.Length];
        float[] ahead = new float[shape.Horizon * shape.AheadWidth];
        for (int t = 0; t < end - 1; t++)
        {
            state.Observe(rows.AsSpan(t * shape.Width, shape.Width));
            if (t < first || (t - first) % stride != 0 || !record.IsUsable(t))
                continue;
            cancellation.ThrowIfCancellationRequested();
            int reach = Math.Min(shape.Horizon, end - 1 - t);
            for (int i = 0; i < reach; i++)
                shape.CopyAhead(
                    rows.AsSpan((t + 1 + i) * shape.Width, shape.Width), ahead.AsSpan(i * shape.AheadWidth, shape.AheadWidth));
            recursion.Forecast(state, ahead.AsSpan(0, reach * shape.AheadWidth), point, bound, bound);
            for (int place = Math.Max(0, start - 1 - t) * shape.Targets; place < reach * shape.Targets; place++)
            {
                int row = t + 1 + place / shape.Targets, target = place % shape.Targets;
                if (record.IsKnown(row))
                    take(place, Math.Abs(rows[row * shape.Width + target] - point[place]) / state.ScaleOf(target));
            }
        }
    }
}
