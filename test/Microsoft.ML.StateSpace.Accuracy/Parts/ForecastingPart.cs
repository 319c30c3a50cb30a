using Microsoft.ML.StateSpace.Accuracy.Forecasting;
using Microsoft.ML.StateSpace.Accuracy.Report;
using Microsoft.ML.StateSpace.Accuracy.Runs;

namespace Microsoft.ML.StateSpace.Accuracy.Parts;

/// <summary>
/// The next rows of a series: the mean error of all steps of all forecasts that lie in the test part, the share of values inside of 90 %
/// intervals, and beside it the last value, the last season, the last season with the drift of all rows so far, and ridge regression over
/// lags, as forecasts.
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
            [
                "set", "error", "steps", "ours", "last value", "last season", "with drift", "ridge over lags", "in 90 % intervals",
                "training s", "published",
            ],
            rows.Where(row => row.Run is not null).Select(row => (string[])
            [
                row.Set.Name, row.Set.Measure.Name, $"{row.Set.Horizon}",
                .. row.Run!.Scores.Take(5).Select(score => Digits(score.Value)),
                Markdown.Number(100 * row.Run.Scores[5].Value, 1) + " %", Markdown.Number(row.Run.TrainingSeconds, 1), row.Set.Published,
            ])) + "\nAll rows before a forecast have been seen. The error is the mean of all steps, targets and forecasts. "
            + "Ridge looks back over four seasons, at least 32 rows, and learns from all rows before the test part.\n";
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
            key, () => estimator.Fit(SeriesRow.View(mlContext, rows[..learnt])), model => Judge(mlContext, set, model, rows, tested));
    }

    private static Score[] Judge(MLContext mlContext, ForecastSet set, ForecastingTransformer model, SeriesRow[] rows, int tested)
    {
        var result = mlContext.Forecasting.BacktestStateSpace(
            SeriesRow.View(mlContext, rows), model, new BacktestOptions { TestRows = rows.Length - tested, Season = set.Season });
        return
        [
            .. result.Models.Select(made => new Score(made.Name, set.Measure.Of(made.Overall))),
            new("inside", result.Forecaster.Overall.Coverage),
        ];
    }
}
