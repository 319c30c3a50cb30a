using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Looks at the training rows before a forecaster is fitted: sizes of values, and the most likely season.</summary>
internal static class ForecastSurvey
{
    /// <summary>The least share of a series' variance that a season must explain, and its least rise above shorter lags.</summary>
    private const double LeastCorrelation = 0.2;

    /// <summary>Rows of a series, longest season, and rows in all that the search for a season looks at.</summary>
    private const int MostRows = 20_000, LongestSeason = 1_500, MostInAll = 200_000;

    /// <summary>The scale of a constant target, as a share of the usual one.</summary>
    private const double FloorShare = 1e-6;

    public static ForecastScales Scales(IReadOnlyList<float[]> series, ForecastShape shape)
    {
        var (ratio, floor) = (new double[shape.Targets], new double[shape.Targets]);
        for (int j = 0; j < shape.Targets; j++)
        {
            var moments = series.Select(rows => MomentsOf([rows], shape.Width, j)).Where(m => m.Count > 1).ToList();
            ratio[j] = Median(moments.Where(m => m.Power > 0).Select(m => m.Deviation / Math.Sqrt(m.Power)), 1);
            floor[j] = FloorShare * Median(moments.Where(m => m.Deviation > 0).Select(m => m.Deviation), 1);
        }
        var covariates = Enumerable.Range(shape.Targets, shape.Covariates + shape.Statics)
            .Select(channel => MomentsOf(series, shape.Width, channel)).ToList();
        return new ForecastScales(
            ratio, floor, [.. covariates.Select(m => m.Mean)], [.. covariates.Select(m => m.Deviation > 0 ? m.Deviation : 1)],
            shape.IsIrregular ? Median(Intervals(series, shape), 1) : 1);
    }

    /// <summary>Whether the intervals between rows differ.</summary>
    public static bool AreIrregular(IReadOnlyList<float[]> series, ForecastShape shape)
        => shape.HasIntervals && Intervals(series, shape).Distinct().Take(2).Count() > 1;

    // That of a first row is not looked at.
    private static IEnumerable<double> Intervals(IReadOnlyList<float[]> series, ForecastShape shape)
        => series.SelectMany(rows => Enumerable.Range(2, Math.Max(0, rows.Length / shape.Width - 1))
            .Select(row => (double)rows[row * shape.Width - 1]).Where(interval => double.IsFinite(interval) && interval > 0));

    /// <summary>
    /// The lag at which the series, without their lines, resemble themselves most: a peak of the mean autocorrelation that is high, and
    /// stands out from the lags before it. 0 where there is none. Only the rows of the first stretch are looked at.
    /// </summary>
    public static int Season(IReadOnlyList<float[]> series, ForecastShape shape, double share)
    {
        // Behind one season, the stretch must still hold rows whose targets lie in it.
        double stretch = series.Max(rows => rows.Length / shape.Width) * share;
        int longest = (int)Math.Min(LongestSeason, Math.Min(stretch / 3, stretch - shape.Equations - 2));
        if (longest < 3)
            return 0;
        var sums = new double[longest + 2];
        double weight = 0;
        int seen = 0;
        foreach (var rows in series)
        {
            int count = (int)Math.Min(MostRows, rows.Length / shape.Width * share);
            for (int j = 0; j < shape.Targets && count > 3 && seen < MostInAll; j++, seen += count)
                weight += AddCorrelation(WithoutLine(rows, shape.Width, j, count), sums);
        }
        if (weight == 0)
            return 0;
        double least = Math.Max(LeastCorrelation, 3 / Math.Sqrt(seen)), lowest = double.MaxValue, best = 0;
        int season = 0;
        for (int lag = 1; lag <= longest; lag++)
        {
            double value = sums[lag] / weight;
            bool isPeak = lag > 1 && value > sums[lag - 1] / weight && value >= sums[lag + 1] / weight;
            if (isPeak && value >= least && value - lowest >= LeastCorrelation && value > best)
                (best, season) = (value, lag);
            lowest = Math.Min(lowest, value);
        }
        return season;
    }

    // Adds the autocorrelation of a series, weighted by its rows; returns the weight.
    private static double AddCorrelation(double[] values, double[] sums)
    {
        double power = values.Sum(value => value * value);
        if (!(power > 0))
            return 0;
        for (int lag = 1; lag < Math.Min(sums.Length, values.Length); lag++)
        {
            double sum = 0;
            for (int t = lag; t < values.Length; t++)
                sum += values[t] * values[t - lag];
            sums[lag] += values.Length * sum / power;
        }
        return values.Length;
    }

    // The first values of a channel less their least-squares line; what is missing lies on the line.
    private static double[] WithoutLine(float[] rows, int width, int channel, int count)
    {
        double n = 0, t1 = 0, t2 = 0, y1 = 0, ty = 0;
        for (int t = 0; t < count; t++)
        {
            float y = rows[t * width + channel];
            if (float.IsFinite(y))
                (n, t1, t2, y1, ty) = (n + 1, t1 + t, t2 + (double)t * t, y1 + y, ty + (double)t * y);
        }
        double spread = n * t2 - t1 * t1, slope = spread > 0 ? (n * ty - t1 * y1) / spread : 0;
        double start = n > 0 ? (y1 - slope * t1) / n : 0;
        var values = new double[count];
        for (int t = 0; t < count; t++)
        {
            float y = rows[t * width + channel];
            values[t] = float.IsFinite(y) ? y - start - slope * t : 0;
        }
        return values;
    }

    private static (double Count, double Mean, double Deviation, double Power) MomentsOf(
        IReadOnlyList<float[]> series, int width, int channel)
    {
        double count = 0, mean = 0, squares = 0;
        foreach (var rows in series)
        {
            for (int place = channel; place < rows.Length; place += width)
            {
                if (!float.IsFinite(rows[place]))
                    continue;
                double off = rows[place] - mean;
                mean += off / ++count;
                squares += off * (rows[place] - mean);
            }
        }
        double variance = count > 0 ? squares / count : 0;
        return (count, mean, Math.Sqrt(variance), variance + mean * mean);
    }

    private static double Median(IEnumerable<double> values, double otherwise)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? otherwise : sorted[sorted.Length / 2];
    }
}
