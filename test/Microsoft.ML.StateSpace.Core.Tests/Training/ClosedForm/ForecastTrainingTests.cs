using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>The closed-form forecaster: what it computes, and how well it forecasts what is known.</summary>
public class ForecastTrainingTests
{
    private const double Level = 0.9;

    // Two series with gaps, two targets, a covariate of each kind, and a season.
    private static readonly ForecastShape Odd = new() { Targets = 2, KnownSoFar = 1, KnownAhead = 1, Horizon = 3, Season = 4 };

    private static readonly float[][] OddSeries = [Rows(Odd, 40, seed: 1), Rows(Odd, 27, seed: 2)];

    [Fact]
    public void Sums_AreThoseOfEveryPairOfARowAndAStep()
    {
        var (records, sums) = SumsOf(Odd, OddSeries);
        for (int step = 1; step <= Odd.Horizon; step++)
        {
            sums.Advance();
            for (int stretch = 0; stretch < ForecastRecord.Stretches; stretch++)
            {
                var moments = sums.Moments(stretch);
                var examples = Examples(Odd, records, step, stretch).ToList();
                moments.Count.Should().Be(examples.Count).And.BePositive();
                for (int i = 0; i < Odd.Features; i++)
                {
                    for (int j = 0; j <= i; j++)
                        moments.Gram[i * Odd.Features + j].Should().BeApproximately(examples.Sum(e => e[i] * e[j]), 1e-9);
                    for (int j = 0; j < Odd.Targets; j++)
                        moments.Cross[j * Odd.Features + i].Should().BeApproximately(
                            examples.Sum(e => e[i] * e[Odd.Features + j]), 1e-9);
                }
            }
        }
    }

    [Fact]
    public void Ridge_SolvesItsEquations_AndItsErrorIsThatOfEveryExample()
    {
        var (records, sums) = SumsOf(Odd, OddSeries);
        sums.Advance();
        var moments = sums.Moments(0);
        var examples = Examples(Odd, records, 1, 0).ToList();
        int[] chosen = [.. Enumerable.Range(0, Odd.Features).Where(i => i % 3 != 1)];
        const double Penalty = 0.01;
        foreach (int baseFeature in new[] { -1, Odd.SeasonalFeature(1) })
        {
            var weights = new double[Odd.Features];
            new ForecastRidge(moments, Odd.Features, chosen, Penalty).Solve(1, baseFeature, weights);

            double Residual(double[] e) => e[Odd.Features + 1] - Enumerable.Range(0, Odd.Features).Sum(i => e[i] * weights[i]);
            foreach (int i in chosen)
            {
                double own = weights[i] - (i == baseFeature ? 1 : 0);
                double pull = i == 0 ? 0 : Penalty * examples.Sum(e => e[i] * e[i]) * own;
                examples.Sum(e => e[i] * Residual(e)).Should().BeApproximately(pull, 1e-7);
            }
            moments.ErrorOf(1, weights).Should().BeApproximately(examples.Sum(e => Residual(e) * Residual(e)), 1e-7);
        }
    }

    [Fact]
    public void Features_AreTheirDefinitions()
    {
        float[] y = [.. Enumerable.Range(0, 30).Select(t => (float)(5 + Math.Sin(t) + 0.1 * t))];
        var shape = new ForecastShape { Season = 6, Horizon = 8 };
        var scales = new ForecastScales([0.5], [1e-9], [], []);
        var state = new ForecastState(shape, scales);
        foreach (float value in y)
            state.Observe([value]);
        var features = new double[shape.RowFeatures];
        state.WriteFeatures(features);

        double last = y[^1], mean = y.Average(v => (double)v), prior = 0.5 * y[0];
        double scale = Math.Sqrt((y.Sum(v => (v - mean) * (v - mean)) + 2 * prior * prior) / (y.Length + 1));
        state.ScaleOf(0).Should().BeApproximately(scale, 1e-9);
        features[0].Should().Be(1);
        for (int i = 0; i < ForecastShape.Lags; i++)
            features[1 + i].Should().BeApproximately((y[^(i + 2)] - last) / scale, 1e-9);
        for (int i = 0; i < ForecastShape.TargetMemories.Length; i++)
            features[1 + ForecastShape.Lags + i].Should().BeApproximately(
                (Average(y, ForecastShape.TargetMemories[i])[^1] - last) / scale, 1e-9);
        int next = 1 + ForecastShape.Lags + ForecastShape.TargetMemories.Length;
        // The average of memory 8 is the first that is no shorter than the season.
        double[] average = Average(y, 8);
        for (int harmonic = 1; harmonic <= 3; harmonic++)
        {
            double radius = Math.Exp(-1 / 18.0), re = 0, im = 0;
            for (int t = 0; t < y.Length; t++)
            {
                double size = (1 - radius) * Math.Pow(radius, y.Length - 1 - t) * (y[t] - average[t]);
                double angle = 2 * Math.PI * harmonic * (y.Length - 1 - t) / 6;
                (re, im) = (re + size * Math.Cos(angle), im + size * Math.Sin(angle));
            }
            features[next + 2 * harmonic - 2].Should().BeApproximately(re / scale, 1e-9);
            features[next + 2 * harmonic - 1].Should().BeApproximately(im / scale, 1e-9);
        }
        for (int step = 1; step <= 8; step++)
            state.SeasonAgo(step)[0].Should().Be(y[29 + step - 6 * ((step + 5) / 6)]);
    }

    [Fact]
    public void AnAutoregression_IsForecastAsWellAsItCanBe()
    {
        const int Count = 6000, Fitted = 4000;
        var noise = new Random(3);
        float[] y = new float[Count];
        for (int t = 2; t < Count; t++)
            y[t] = (float)(1.6 * y[t - 1] - 0.8 * y[t - 2] + Normal(noise));
        var model = Fit([y[..Fitted]], new ForecastShape { Horizon = 5 });

        // The weights of past noise, by which the error of the best forecast grows.
        double[] response = [1, 1.6, 0, 0, 0];
        for (int i = 2; i < 5; i++)
            response[i] = 1.6 * response[i - 1] - 0.8 * response[i - 2];
        var errors = Errors(model, y, Fitted);
        for (int step = 0; step < 5; step++)
        {
            double best = response[..(step + 1)].Sum(r => r * r);
            errors[step].Average(e => e * e).Should().BeInRange(0.85 * best, 1.15 * best);
        }
        // The same rows, forecast by the process itself: the model loses next to nothing.
        double own = Enumerable.Range(Fitted, Count - Fitted)
            .Average(t => Math.Pow(y[t] - 1.6 * y[t - 1] + 0.8 * y[t - 2], 2));
        errors[0].Average(e => e * e).Should().BeLessThan(1.02 * own);
    }

    [Fact]
    public void ASeason_IsFound_AndForecastBetterThanByRepeatingIt()
    {
        const int Count = 24 * 60, Fitted = 24 * 40;
        var noise = new Random(5);
        float[] y = [.. Enumerable.Range(0, Count).Select(
            t => (float)(100 + 0.05 * t + 10 * Math.Sin(2 * Math.PI * t / 24) + 5 * (t % 24 == 7 ? 1 : 0) + 2 * Normal(noise)))];
        var model = Fit([y[..Fitted]], new ForecastShape { Horizon = 24 }, season: null);

        model.Shape.Season.Should().Be(24);
        double own = Errors(model, y, Fitted).Average(step => step.Average(Math.Abs));
        double naive = Enumerable.Range(Fitted, Count - Fitted).Average(t => Math.Abs((double)y[t] - y[t - 24]));
        own.Should().BeLessThan(0.85 * naive);
    }

    [Fact]
    public void Noise_HasNoSeason()
    {
        var noise = new Random(8);
        float[] y = [.. Enumerable.Range(0, 500).Select(_ => (float)Normal(noise))];
        Fit([y], new ForecastShape { Horizon = 3 }, season: null).Shape.Season.Should().Be(0);
    }

    [Fact]
    public void Intervals_CoverTheirShare()
    {
        var noise = new Random(6);
        float[][] series = [.. Enumerable.Range(0, 5).Select(i => Walk(noise, 900, 10 * (i + 1)))];
        var model = Fit([.. series.Select(y => y[..600])], new ForecastShape { Horizon = 4 });
        for (int step = 0; step < 4; step++)
        {
            int at = step;
            double covered = series.Average(y => Covered(model, y, 600)[at]);
            covered.Should().BeInRange(0.86, 0.94);
        }
    }

    [Fact]
    public void SeriesThatTeach_AreForecastInTheirOwnUnits()
    {
        float[] y = Walk(new Random(9), 300, 20);
        float[] large = [.. y.Select(v => 1024 * v)];
        var (small, big) = (Fit([y], new ForecastShape { Horizon = 3 }), Fit([large], new ForecastShape { Horizon = 3 }));

        float[] expected = Forecast(small, y), given = Forecast(big, large);
        for (int step = 0; step < 3; step++)
            given[step].Should().Be(1024 * expected[step]);
    }

    [Fact]
    public void Threads_ChangeNoBit()
    {
        var shape = Odd with { Horizon = 9 };
        float[][] series = [Rows(shape, 90, 3), Rows(shape, 70, 4)];
        var one = ForecastTraining.Fit(series, shape, choosesSeason: false, Level, threads: 1);
        var four = ForecastTraining.Fit(series, shape, choosesSeason: false, Level, threads: 4);

        four.Weights.Should().Equal(one.Weights);
        four.HalfWidths.Should().Equal(one.HalfWidths);
    }

    [Fact]
    public void ACovariateKnownAhead_IsUsed()
    {
        var noise = new Random(7);
        float[] rows = new float[2 * 800];
        for (int t = 0; t < 800; t++)
        {
            rows[2 * t + 1] = noise.Next(2);
            rows[2 * t] = (float)(50 + 10 * rows[2 * t + 1] + 0.1 * Normal(noise));
        }
        var model = Fit([rows], new ForecastShape { KnownAhead = 1, Horizon = 2 });

        var state = Observed(model, rows);
        var (point, bound) = (new float[2], new float[2]);
        model.Forecast(state, [1, 0], new double[model.ScratchSize], point, bound, bound);
        point[0].Should().BeApproximately(60, 0.5f);
        point[1].Should().BeApproximately(50, 0.5f);
        model.Forecast(state, [1], new double[model.ScratchSize], point, bound, bound);
        point[1].Should().Be(float.NaN);
    }

    [Fact]
    public void TooShortSeries_AreRefused()
    {
        Invoking(() => Fit([[1, 2, 3, 4, 5]], new ForecastShape { Horizon = 4 })).Should().Throw<InvalidOperationException>()
            .WithMessage("*5 rows*Horizon of 4*Give longer series*");
        Invoking(() => Fit([[float.NaN, float.NaN]], new ForecastShape())).Should().Throw<InvalidOperationException>()
            .WithMessage("No row has a value*");
    }

    private static ForecastModel Fit(float[][] series, ForecastShape shape, int? season = 0)
        => ForecastTraining.Fit(series, shape with { Season = season ?? 0 }, choosesSeason: season is null, Level, threads: 2);

    private static (ForecastRecord[] Records, ForecastSums Sums) SumsOf(ForecastShape shape, float[][] series)
    {
        var model = new ForecastModel(shape, ForecastSurvey.Scales(series, shape), [], []);
        ForecastRecord[] records = [.. series.Select(rows => new ForecastRecord(model, rows))];
        using var workers = new Workers(2);
        return (records, ForecastSums.Of(shape, records, workers));
    }

    // Every example of a stretch: all features, then the targets.
    private static IEnumerable<double[]> Examples(ForecastShape shape, ForecastRecord[] records, int step, int stretch)
    {
        foreach (var record in records)
        {
            for (int t = 0; t + step < record.Rows; t++)
            {
                bool isIn = t + step >= record.StartOf(stretch) && t + step < record.StartOf(stretch + 1);
                if (!isIn || !record.IsUsable(t) || !record.IsKnown(t + step))
                    continue;
                var own = new double[shape.StepFeatures + shape.Targets];
                record.WriteStep(t, step, own);
                yield return [.. record.Features(t), .. own];
            }
        }
    }

    private static float[] Rows(ForecastShape shape, int count, int seed)
    {
        var random = new Random(seed);
        float[] rows = [.. Enumerable.Range(0, count * shape.Width).Select(_ => (float)Normal(random) + 3)];
        rows[9 * shape.Width] = rows[17 * shape.Width + 1] = rows[12 * shape.Width + 3] = float.NaN;
        return rows;
    }

    private static double[] Average(float[] y, double memory)
    {
        var averages = new double[y.Length];
        averages[0] = y[0];
        for (int t = 1; t < y.Length; t++)
            averages[t] = averages[t - 1] + (y[t] - averages[t - 1]) / Math.Min(memory, t + 1);
        return averages;
    }

    private static float[] Walk(Random noise, int count, double unit)
    {
        float[] y = new float[count];
        double level = 0;
        for (int t = 0; t < count; t++)
            y[t] = (float)(unit * (10 + (level = 0.8 * level + Normal(noise))));
        return y;
    }

    private static ForecastState Observed(ForecastModel model, float[] rows)
    {
        var state = model.CreateState();
        for (int t = 0; t < rows.Length / model.Shape.Width; t++)
            state.Observe(rows.AsSpan(t * model.Shape.Width, model.Shape.Width));
        return state;
    }

    private static float[] Forecast(ForecastModel model, float[] y)
    {
        var (point, bound) = (new float[model.Shape.Horizon], new float[model.Shape.Horizon]);
        model.Forecast(Observed(model, y), [], new double[model.ScratchSize], point, bound, bound);
        return point;
    }

    // The errors of each horizon step for targets from a row on.
    private static List<double>[] Errors(ForecastModel model, float[] y, int from)
        => Run(model, y, from, (target, point, _, _) => target - point);

    // The share of targets from a row on that lie in their intervals, for each horizon step.
    private static double[] Covered(ForecastModel model, float[] y, int from)
        => [.. Run(model, y, from, (target, _, low, high) => target >= low && target <= high ? 1 : 0).Select(step => step.Average())];

    private static List<double>[] Run(ForecastModel model, float[] y, int from, Func<float, float, float, float, double> measure)
    {
        int horizon = model.Shape.Horizon;
        List<double>[] results = [.. Enumerable.Range(0, horizon).Select(_ => new List<double>())];
        var state = model.CreateState();
        var (point, lower, upper) = (new float[horizon], new float[horizon], new float[horizon]);
        for (int t = 0; t < y.Length; t++)
        {
            state.Observe(y.AsSpan(t, 1));
            model.Forecast(state, [], new double[model.ScratchSize], point, lower, upper);
            for (int step = 0; step < horizon; step++)
            {
                if (t + step + 1 >= from && t + step + 1 < y.Length)
                    results[step].Add(measure(y[t + step + 1], point[step], lower[step], upper[step]));
            }
        }
        return results;
    }

    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
