using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>
/// Fits a forecaster of long series in closed form. Every row of every series is an example for every horizon step, and the features of a
/// row are computed once, so the time is linear in the length of the series.
/// </summary>
internal static class ForecastTraining
{
    /// <summary>Steps that share a choice, at most, and what their moments may take of memory.</summary>
    private const int MostSteps = 16, MostBytes = 1 << 26;

    /// <param name="series">The rows of each series, (T, Width); NaN is missing. What follows the last target is not looked at.</param>
    /// <param name="shape">The sizes. Its season counts where <paramref name="choosesSeason"/> is false.</param>
    /// <param name="choosesSeason">Whether a season is looked for.</param>
    /// <param name="confidence">The share of values that shall lie in their intervals.</param>
    /// <param name="threads">The number of threads, which changes no bit.</param>
    /// <param name="firstErrors">
    /// Receives the errors of step 1 in the last two stretches, those of a series and target in order, of equations that had not seen them.
    /// </param>
    /// <param name="cancellation">Ends the fit, which then has no model.</param>
    /// <param name="scales">
    /// What is known of sizes; <see langword="null"/> takes it from the series. Where it is given, all features stay.
    /// </param>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The series are too short for the horizon.</exception>
    public static ForecastModel Fit(
        IReadOnlyList<float[]> series, ForecastShape shape, bool choosesSeason, double confidence, int threads,
        ICollection<ForecastError>? firstErrors = null, ForecastScales? scales = null,
        CancellationToken cancellation = default)
    {
        var known = series.Select(rows => UpToLastTarget(rows, shape)).Where(rows => rows.Length > 0).ToList();
        if (known.Count == 0)
            throw new InvalidOperationException(
                "No row has a value of all targets, so there is nothing to learn from. Name other columns as TargetColumnNames, or give "
                + "rows with targets.");
        shape = shape with { IsIrregular = ForecastSurvey.AreIrregular(known, shape) };
        if (shape.IsIrregular && shape.Season > 0)
            throw new InvalidOperationException(
                $"A Season of {shape.Season} rows has no meaning where rows are not equally far apart. Set Season to 1, and give the hour "
                + "or the day of the year as covariates known ahead, or set IntervalColumnName to null.");
        if (choosesSeason && !shape.IsIrregular)
            shape = shape with { Season = ForecastSurvey.Season(known, shape, ForecastRecord.Ends[0]) };
        bool keepsFeatures = scales is not null;
        scales ??= ForecastSurvey.Scales(known, shape);
        var model = new ForecastModel(
            shape, scales, new double[(long)shape.Equations * shape.Targets * shape.Features], new double[shape.Horizon * shape.Targets]);
        using var workers = new Workers(threads);
        var records = new ForecastRecord[known.Count];
        workers.Run(known.Count, (_, i) =>
        {
            cancellation.ThrowIfCancellationRequested();
            records[i] = new ForecastRecord(model, known[i]);
        });
        RequireExamples(records, shape);
        double[][]? earlier = shape.Trained == 0 ? null
            : [.. Enumerable.Range(1, ForecastRecord.Stretches - 1).Select(_ => new double[model.Weights.Length])];
        var segment = new ForecastSegment(model, records, ForecastChoice.All(shape), confidence, earlier, firstErrors, cancellation);
        var start = ForecastSums.Of(shape, records, workers);
        var segments = Segments(shape);
        workers.Run(segments.Count, (_, i) =>
        {
            var sums = start.Copy();
            for (int step = 1; step < segments[i].First; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                sums.Advance();
            }
            segment.Fit(sums, segments[i].First, segments[i].Count);
        });
        if (earlier is not null)
            ForecastCalibration.Extend(model, earlier, known, records, confidence, workers, cancellation);
        return keepsFeatures ? model : model.Trimmed();
    }

    // Steps 1, 2, 3-4, 5-8 and so on: near steps differ more from one another than far ones.
    private static List<(int First, int Count)> Segments(ForecastShape shape)
    {
        long bytes = sizeof(double) * ForecastRecord.Stretches * (long)shape.Features * shape.Features;
        int most = (int)Math.Clamp(MostBytes / bytes, 1, MostSteps);
        var segments = new List<(int, int)>();
        for (int first = 1; first <= shape.Equations;)
        {
            int count = Math.Min(Math.Min(Math.Max(1, first - 1), most), shape.Equations + 1 - first);
            segments.Add((first, count));
            first += count;
        }
        return segments;
    }

    private static float[] UpToLastTarget(float[] rows, ForecastShape shape)
    {
        int count = rows.Length / shape.Width;
        while (count > 0 && !AllFinite(rows.AsSpan((count - 1) * shape.Width, shape.Targets)))
            count--;
        return rows[..(count * shape.Width)];
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }
        return true;
    }

    // The last horizon step needs an example in each stretch.
    private static void RequireExamples(ForecastRecord[] records, ForecastShape shape)
    {
        for (int stretch = 0; stretch < ForecastRecord.Stretches; stretch++)
        {
            if (records.Any(record => HasExample(record, stretch, shape.Equations)))
                continue;
            int longest = records.Max(record => record.Rows);
            string season = shape.Season > 0 ? $" and the season of {shape.Season} rows" : "";
            string option = shape.Trained > 0 ? "TrainedHorizon" : "Horizon";
            throw new InvalidOperationException(
                $"The longest series has {longest} rows up to its last target, which are too few for a {option} of {shape.Equations}"
                + $"{season}: the first three fifths of a series must hold a row, behind its first season, and its target so far ahead. "
                + $"Give longer series, or set {option} or Season to a smaller number.");
        }
    }

    private static bool HasExample(ForecastRecord record, int stretch, int step)
    {
        for (int t = Math.Max(0, record.StartOf(stretch) - step); t < record.StartOf(stretch + 1) - step; t++)
        {
            if (record.IsUsable(t) && record.IsKnown(t + step))
                return true;
        }
        return false;
    }
}
