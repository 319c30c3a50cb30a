using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Covariates known ahead that act in curves, together, or in proportion to the level of a series.</summary>
public class ForecastCurveTests
{
    private static readonly ForecastShape Plain = new() { KnownAhead = 2, Horizon = 2 };

    private static readonly ForecastShape Curved = Plain with { IsCurved = true };

    [Fact]
    public void Products_AreTheirDefinitions()
    {
        var shape = Curved with { Season = 4 };
        float[] rows = Series(30, seed: 1, (level, heat, sale) => level + heat + sale);
        var model = new ForecastModel(shape, ForecastSurvey.Scales([rows], shape), [], []);
        var record = new ForecastRecord(model, rows);
        var (row, step) = (record.Features(20).ToArray(), new double[shape.StepFeatures + 1]);
        record.WriteStep(20, 2, step);

        double Clip(double value) => Math.Clamp(value, -3, 3);
        double[] ahead = [.. step[..2].Select(Clip)], now = [Clip(row[shape.RowCovariate(0)]), Clip(row[shape.RowCovariate(1)])];
        double scale = (rows[3 * 22] - rows[3 * 20]) / step[^1];
        double level = rows[3 * 20] / scale + row[shape.AverageFeature(0, 3)];
        step[shape.PlainStepFeatures..^1].Should().Equal(
            [
                ahead[0] * ahead[0], ahead[1] * ahead[1], ahead[1] * ahead[0], now[1] * now[0],
                level * ahead[0], level * now[0], level * ahead[1], level * now[1],
            ],
            (given, expected) => Math.Abs(given - expected) < 1e-9);
        // The square of the row and its averages are read as a covariate is.
        int square = shape.RowCovariate(shape.KnownAhead);
        double average = 0;
        for (int t = 0; t <= 20; t++)
            average += (Math.Pow(Clip(record.Features(t)[shape.RowCovariate(0)]), 2) - average) / Math.Min(8, t + 1);
        row[square].Should().BeApproximately(now[0] * now[0], 1e-9);
        row[square + 2].Should().BeApproximately(average, 1e-9);
        ForecastSteps.GroupsOf(shape).Should().HaveCount(shape.Features);
    }

    [Theory]
    [InlineData(1, 3, 2, 4)]
    [InlineData(5, 40, 0, 0)]
    [InlineData(64, 64, 9, 7)]
    [InlineData(2, 70, 200, 0)]
    public void TheNumberOfProducts_IsThatOfTheOnesMade_AndBounded(int targets, int ahead, int statics, int season)
    {
        var shape = new ForecastShape
        {
            Targets = targets, KnownAhead = ahead, Statics = statics, Season = season, IsCurved = true, HasIntervals = true,
            IsIrregular = true,
        };
        ForecastSteps.GroupsOf(shape).Should().HaveCount(shape.Features);
        ForecastSteps.CountOf(shape).Should().BeLessThan(1800);
    }

    // What is left is noise of 0.5 and what the level does in two rows.
    [Fact]
    public void Curves_AreForecast_WhereTheyAre()
    {
        static double Square(double level, double heat, double sale) => level + 6 * heat - 4 * heat * heat + 3 * sale;
        static double Together(double level, double heat, double sale) => level + 10 * heat * (sale - 0.5);
        static double Growing(double level, double heat, double sale) => level * (1 + 0.1 * heat + 0.2 * sale);

        Ratio(Square, rise: 0).Should().BeLessThan(0.3);
        Ratio(Together, rise: 0).Should().BeLessThan(0.4);
        Ratio(Growing, rise: 0.3).Should().BeLessThan(0.7);
    }

    [Fact]
    public void LinearEffects_LoseNothing()
    {
        static double Linear(double level, double heat, double sale) => level + 6 * heat + 3 * sale;
        Enumerable.Range(1, 6).Average(seed => Ratio(Linear, rise: 0, seed)).Should().BeLessThan(1.02);
    }

    [Fact]
    public void AModelWithoutCurves_IsTheLinearOne()
    {
        // Covariates that are always zero have no curves.
        float[] rows = [.. Enumerable.Range(0, 120).SelectMany(t => (float[])[t * 7 % 5, 0, 0])];
        var (curved, plain) = (Fit(rows, Curved), Fit(rows, Plain));

        curved.Shape.Should().Be(Plain);
        curved.Weights.Should().HaveCount(plain.Weights.Length);
        Forecast(curved, rows).Should().Equal(Forecast(plain, rows), (given, expected) => Math.Abs(given - expected) < 1e-3);
        Fit(Series(600, seed: 1, (level, heat, _) => level + 9 * heat * heat), Curved).Shape.Should().Be(Curved);
    }

    // The error with curves as a share of the one without.
    private static double Ratio(Func<double, double, double, double> effect, double rise, int seed = 1)
    {
        float[] rows = Series(900, seed, effect, rise);
        return Error(Fit(rows[..(3 * 600)], Curved), rows) / Error(Fit(rows[..(3 * 600)], Plain), rows);
    }

    private static double Error(ForecastModel model, float[] rows)
    {
        var state = model.CreateState();
        var (point, bound) = (new float[2], new float[2]);
        double sum = 0;
        for (int t = 0; t < 898; t++)
        {
            state.Observe(rows.AsSpan(3 * t, 3));
            if (t < 599)
                continue;
            model.Forecast(
                state, [rows[3 * t + 4], rows[3 * t + 5], rows[3 * t + 7], rows[3 * t + 8]], new double[model.ScratchSize], point, bound,
                bound);
            sum += Math.Abs(point[0] - rows[3 * t + 3]) + Math.Abs(point[1] - rows[3 * t + 6]);
        }
        return sum;
    }

    private static float[] Forecast(ForecastModel model, float[] rows)
    {
        var state = model.CreateState();
        for (int t = 0; t < rows.Length / 3; t++)
            state.Observe(rows.AsSpan(3 * t, 3));
        var (point, bound) = (new float[2], new float[2]);
        model.Forecast(state, [1, 0, 2, 0], new double[model.ScratchSize], point, bound, bound);
        return point;
    }

    // A target, a temperature that drifts, and days of sale.
    private static float[] Series(int count, int seed, Func<double, double, double, double> effect, double rise = 0)
    {
        var random = new Random(seed);
        double Noise() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double level = 100, heat = 0;
        var rows = new List<float>();
        for (int t = 0; t < count; t++)
        {
            level += 0.1 * Noise() + rise;
            heat = 0.8 * heat + 0.6 * Noise();
            int sale = random.Next(2);
            rows.AddRange([(float)(effect(level, heat, sale) + 0.5 * Noise()), (float)heat, sale]);
        }
        return [.. rows];
    }

    private static ForecastModel Fit(float[] rows, ForecastShape shape)
        => ForecastTraining.Fit([rows], shape, choosesSeason: false, 0.9, threads: 2);
}
