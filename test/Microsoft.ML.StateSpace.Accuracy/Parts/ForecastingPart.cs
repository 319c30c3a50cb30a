using Microsoft.ML.StateSpace.Accuracy.Forecasting;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Parts;

/// <summary>
/// The next rows of a series: the mean error of all steps of all forecasts that lie in the test part, the share of values inside of 90 %
/// intervals, and beside it the last value, the last season, and the last season with the drift of all rows so far, as forecasts.
/// </summary>
internal sealed class ForecastingPart(IReadOnlyList<ForecastSet> sets)
    : Part("forecasting", "Forecasts of series", [.. sets.Select(set => set.Name)])
{
    private const float Confidence = 0.9f;

    private static readonly string Code = Ours.Code + Fingerprint.OfCode(typeof(ForecastSet).Assembly);

    // A forecast has no seed.
    public override IReadOnlyList<Measurement> Measurements(string set, int seeds)
    {
        var found = sets.Single(candidate => candidate.Name == set);
        var key = new RunKey(Heading, set, Ours.Default, Seed: 0, Code, Fingerprint.OfFiles(found.Files));
        return [new(key, _ => Make(key, found))];
    }

    public override string Table(IReadOnlyList<string> names, IReadOnlyList<Run> runs)
    {
        var rows = names.Select(name => (Set: sets.Single(set => set.Name == name), Run: runs.FirstOrDefault(run => run.Key.Set == name)));
        return Markdown.Table(
            ["set", "error", "steps", "ours", "last value", "last season", "with drift", "in 90 % intervals", "training s", "published"],
            rows.Where(row => row.Run is not null).Select(row => (string[])
            [
                row.Set.Name, row.Set.Measure.Name, $"{row.Set.Horizon}",
                .. row.Run!.Scores.Take(4).Select(score => Digits(score.Value)),
                Markdown.Number(100 * row.Run.Scores[4].Value, 1) + " %", Markdown.Number(row.Run.TrainingSeconds, 1), row.Set.Published,
            ])) + "\nAll rows before a forecast have been seen. The error is the mean of all steps, targets and forecasts.\n";
    }

    private static string Digits(double value) => value < 1000 ? Markdown.Digits(value) : Markdown.Number(value, 0);

    private static Run Make(RunKey key, ForecastSet set)
    {
        var mlContext = new MLContext(seed: 1);
        var (rows, learnt, tested) = set.Load();
        var estimator = mlContext.Forecasting.ForecastByStateSpace(new ForecastingOptions
        {
            TargetColumnNames = [nameof(SeriesRow.Targets)],
            KnownAheadColumnNames = rows[0].Ahead.Length > 0 ? [nameof(SeriesRow.Ahead)] : [],
            Horizon = set.Horizon,
            ConfidenceLevel = Confidence,
        });
        return Ours.Measure(
            key, () => estimator.Fit(SeriesRow.View(mlContext, rows[..learnt])), model => Judge(set, model, rows, tested));
    }

    private static Score[] Judge(ForecastSet set, ForecastingTransformer model, SeriesRow[] rows, int tested)
    {
        var engine = model.CreateForecastEngine();
        double ours = 0, last = 0, season = 0, drift = 0, inside = 0;
        long count = 0;
        for (int row = 0; row + set.Horizon < rows.Length; row++)
        {
            engine.Observe([.. rows[row].Targets, .. rows[row].Ahead]);
            if (row + 1 < tested)
                continue;
            var forecasts = engine.Forecast([.. rows.Skip(row + 1).Take(set.Horizon).SelectMany(next => next.Ahead)]);
            for (int step = 1; step <= set.Horizon; step++)
            {
                int ago = row + step - (step + set.Season - 1) / set.Season * set.Season;
                for (int target = 0; target < engine.Targets; target++, count++)
                {
                    int place = (step - 1) * engine.Targets + target;
                    double actual = rows[row + step].Targets[target];
                    ours += set.Measure.Of(actual, forecasts[place]);
                    last += set.Measure.Of(actual, rows[row].Targets[target]);
                    season += set.Measure.Of(actual, rows[ago].Targets[target]);
                    double rise = (rows[row].Targets[target] - rows[0].Targets[target]) / (double)row * (row + step - ago);
                    drift += set.Measure.Of(actual, rows[ago].Targets[target] + rise);
                    inside += actual >= engine.LowerBound[place] && actual <= engine.UpperBound[place] ? 1 : 0;
                }
            }
        }
        return
        [
            new("ours", ours / count), new("last value", last / count), new("last season", season / count),
            new("with drift", drift / count), new("inside", inside / count),
        ];
    }
}
