using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Rows that are not equally far apart.</summary>
public class ForecastIntervalTests
{
    private static readonly ForecastShape Shape = new() { HasIntervals = true, Horizon = 3 };

    [Theory]
    [InlineData(false, 0.97)]
    [InlineData(true, 0.85)]
    public void AnIrregularProcess_IsForecastBetterThanByRows(bool oscillates, double share)
    {
        double with = 0, without = 0;
        for (int seed = 1; seed <= 3; seed++)
        {
            float[] rows = Process(oscillates, 1600, seed);
            with += Error(Fit(rows[..1600], Shape), rows, 800);
            without += Error(Fit(Values(rows[..1600]), new ForecastShape { Horizon = 3 }), Values(rows), 800);
        }
        with.Should().BeLessThan(share * without);
    }

    [Fact]
    public void EqualIntervals_ChangeNoBit()
    {
        float[] y = Values(Process(oscillates: true, 300, seed: 4));
        float[] rows = [.. y.SelectMany(value => (float[])[value, 0.7f])];
        var (with, without) = (Fit(rows, Shape with { Season = 5 }), Fit(y, new ForecastShape { Horizon = 3, Season = 5 }));

        with.Weights.Should().Equal(without.Weights);
        with.HalfWidths.Should().Equal(without.HalfWidths);
        Forecast(with, rows, [0.7f, 0.7f, 0.7f]).Should().Equal(Forecast(without, y, []));
    }

    [Fact]
    public void TheUnitOfTime_ChangesNothing()
    {
        float[] rows = Process(oscillates: true, 400, seed: 5);
        float[] inOtherUnits = [.. rows.Select((value, i) => i % 2 == 1 ? 8 * value : value)];
        var (model, other) = (Fit(rows, Shape), Fit(inOtherUnits, Shape));
        other.Weights.Should().Equal(model.Weights);
        Forecast(other, inOtherUnits, [8, 16, 24]).Should().Equal(Forecast(model, rows, [1, 2, 3]));
    }

    // Averages after a pause are those of many rows without a change.
    [Fact]
    public void AnAverage_ForgetsByTheTime()
    {
        var model = Fit(Process(oscillates: false, 400, seed: 6), Shape);
        double usual = model.Scales.Interval;
        var (pause, still) = (model.CreateState(), model.CreateState());
        for (int t = 0; t < 300; t++)
        {
            pause.Observe([t % 7, (float)usual]);
            still.Observe([t % 7, (float)usual]);
        }
        pause.Observe([5, (float)(8 * usual)]);
        for (int t = 0; t < 8; t++)
            still.Observe([5, (float)usual]);
        var (a, b) = (new double[model.Shape.RowFeatures], new double[model.Shape.RowFeatures]);
        pause.WriteFeatures(a);
        still.WriteFeatures(b);
        for (int memory = 0; memory < ForecastShape.TargetMemories.Length; memory++)
        {
            int place = model.Shape.AverageFeature(0, memory);
            (a[place] * pause.ScaleOf(0)).Should().BeApproximately(b[place] * still.ScaleOf(0), 0.05);
        }
    }

    [Fact]
    public void WhereTheTimeAheadIsNotKnown_TheUsualIntervalsCount()
    {
        float[] rows = Process(oscillates: true, 400, seed: 7);
        var model = Fit(rows, Shape);
        float usual = (float)model.Scales.Interval;
        Forecast(model, rows, []).Should().Equal(Forecast(model, rows, [usual, usual, usual]));
        Forecast(model, rows, [3 * usual]).Should().Equal(Forecast(model, rows, [3 * usual, usual, usual]))
            .And.NotEqual(Forecast(model, rows, []));
    }

    [Fact]
    public void ASeasonInRows_IsRefused()
        => Invoking(() => Fit(Process(oscillates: true, 200, seed: 8), Shape with { Season = 4 }))
            .Should().Throw<InvalidOperationException>().WithMessage("A Season of 4 rows*Set Season to 1*");

    // Decays to 10, or swings around it, in steps of very unlike length.
    private static float[] Process(bool oscillates, int count, int seed)
    {
        var random = new Random(seed);
        double Noise() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double x = 0, speed = 0;
        var rows = new List<float>();
        for (int t = 0; t < count; t++)
        {
            double interval = Math.Exp(Noise());
            int pieces = (int)Math.Ceiling(interval / 0.02);
            double h = interval / pieces;
            for (int i = 0; i < pieces; i++)
            {
                speed += h * (-0.25 * x - 0.15 * speed) + Math.Sqrt(h) * 0.15 * Noise();
                x += oscillates ? h * speed : -0.3 * h * x + Math.Sqrt(h) * 0.5 * Noise();
            }
            rows.AddRange([(float)(10 + x), (float)interval]);
        }
        return [.. rows];
    }

    private static float[] Values(float[] rows) => [.. rows.Where((_, i) => i % 2 == 0)];

    private static ForecastModel Fit(float[] rows, ForecastShape shape)
        => ForecastTraining.Fit([rows], shape, choosesSeason: false, 0.9, threads: 2);

    private static float[] Forecast(ForecastModel model, float[] rows, float[] ahead)
    {
        int width = model.Shape.Width;
        var state = model.CreateState();
        for (int t = 0; t < rows.Length / width; t++)
            state.Observe(rows.AsSpan(t * width, width));
        var (point, bound) = (new float[3], new float[3]);
        model.Forecast(state, ahead, new double[model.ScratchSize], point, bound, bound);
        return point;
    }

    private static double Error(ForecastModel model, float[] rows, int from)
    {
        int width = model.Shape.Width;
        var state = model.CreateState();
        var (point, bound) = (new float[3], new float[3]);
        double sum = 0;
        for (int t = 0; t < rows.Length / width - 3; t++)
        {
            state.Observe(rows.AsSpan(t * width, width));
            float[] ahead = width == 1 ? [] : [rows[2 * t + 3], rows[2 * t + 5], rows[2 * t + 7]];
            model.Forecast(state, ahead, new double[model.ScratchSize], point, bound, bound);
            for (int step = 1; step <= 3 && t >= from; step++)
                sum += Math.Abs(point[step - 1] - rows[(t + step) * width]);
        }
        return sum;
    }
}
