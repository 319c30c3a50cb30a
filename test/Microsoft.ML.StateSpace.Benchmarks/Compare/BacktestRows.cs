using System.Globalization;

namespace Microsoft.ML.StateSpace.Benchmarks.Compare;

/// <summary>
/// A backtest of every origin of a test part in one pass over the series, against reading the past anew for each origin: all of it, or the
/// last rows of it, which is only an approximation. Forecaster and errors are the same, and nothing else is done.
/// </summary>
internal static class BacktestRows
{
    private const int Rounds = 7, Horizon = 24, Origins = 1000, LookBack = 512, Passes = 20;

    public static void Run(Machine machine, bool hasPeer, Report report)
    {
        var table = report.Table(
            "Backtest of 1,000 origins, 24 steps ahead, one series with a covariate known ahead, one thread", "rows of the series",
            "one pass ms", "all rows anew ms", "512 rows anew ms", "ratio to all rows", "ratio to 512 rows");
        var context = new MLContext(seed: 1);
        foreach (int rows in new[] { 2_000, 5_000, 20_000 })
        {
            Hour[] hours = Made(rows);
            var view = context.Data.LoadFromEnumerable(hours);
            var test = new BacktestOptions { TestRows = Origins + Horizon - 1, Baselines = [] };
            var model = context.Forecasting.ForecastByStateSpace(new ForecastingOptions
            {
                TargetColumnNames = [nameof(Hour.Load)], KnownAheadColumnNames = [nameof(Hour.Heat)], Horizon = Horizon, Season = 24,
            }).Fit(context.Data.TakeRows(view, rows - test.TestRows!.Value));
            double OnePass() => context.Forecasting.BacktestStateSpace(view, model, test).Forecaster.Overall.MeanAbsoluteError;
            double found = OnePass(), anew = Refed(model, hours, rows);
            if (!(Math.Abs(found - anew) < 1e-9 * anew))
                throw new InvalidOperationException($"One pass has an error of {found}, refeeding one of {anew}.");
            Turns.Warm(() => OnePass());
            double[] medians = Turns.Medians(
                Rounds, () => Turns.Milliseconds(() => Repeat(() => OnePass())) / Passes,
                () => Turns.Milliseconds(() => Refed(model, hours, rows)), () => Turns.Milliseconds(() => Refed(model, hours, LookBack)));
            table.Row(
                rows.ToString("N0", CultureInfo.InvariantCulture), Table.Number(medians[0]), Table.Number(medians[1]),
                Table.Number(medians[2]), Table.Number(medians[1] / medians[0]), Table.Number(medians[2] / medians[0]));
        }
        report.Say(
            "\nOne pass includes reading the table. Its errors and those of all rows anew are the same; 512 rows are an approximation.");
    }

    // One pass alone is too short to be measured.
    private static void Repeat(Action pass)
    {
        for (int i = 0; i < Passes; i++)
            pass();
    }

    // The mean absolute error, each origin by an engine that begins so many rows before it.
    private static double Refed(ForecastingTransformer model, Hour[] hours, int lookBack)
    {
        var engine = model.CreateForecastEngine();
        float[] row = new float[2], ahead = new float[Horizon];
        double sum = 0;
        for (int origin = hours.Length - Horizon - Origins; origin < hours.Length - Horizon; origin++)
        {
            engine.Reset();
            for (int t = Math.Max(0, origin + 1 - lookBack); t <= origin; t++)
            {
                (row[0], row[1]) = (hours[t].Load, hours[t].Heat);
                engine.Observe(row);
            }
            for (int step = 0; step < Horizon; step++)
                ahead[step] = hours[origin + 1 + step].Heat;
            var forecasts = engine.Forecast(ahead);
            for (int step = 0; step < Horizon; step++)
                sum += Math.Abs(hours[origin + 1 + step].Load - (double)forecasts[step]);
        }
        return sum / (Origins * Horizon);
    }

    private static Hour[] Made(int rows)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, rows).Select(t =>
        {
            float heat = random.NextSingle();
            return new Hour { Heat = heat, Load = 50 + 20 * MathF.Sin(t % 24 / 24f * MathF.Tau) + 9 * heat + 4 * random.NextSingle() };
        })];
    }

    private sealed class Hour
    {
        public float Load { get; set; }

        public float Heat { get; set; }
    }
}
