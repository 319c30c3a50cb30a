using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Steps behind the equations, which are forecast from forecasts, and the end of a fit before its time.</summary>
public class ForecastRecursionTests
{
    private const double Level = 0.9;

    private static readonly ForecastShape Shape = new() { KnownSoFar = 1, KnownAhead = 1, Horizon = 7, Trained = 3, Season = 4 };

    [Fact]
    public void EachBlock_IsForecastFromForecasts()
    {
        float[] rows = Rows(200, seed: 1);
        var model = Fit(rows, Shape);
        float[] ahead = [1, 0, 0, 1, 1, 0, 1];
        var (state, point, _, _) = Forecast(model, rows, ahead);

        var (again, first, bound) = (model.CreateState(), new float[7], new float[7]);
        state.Values.CopyTo(again.Values);
        for (int block = 0; block < 3; block++)
        {
            model.Forecast(again, ahead.AsSpan(3 * block), new double[model.ScratchSize], first, bound, bound);
            int count = Math.Min(3, 7 - 3 * block);
            first[..count].Should().Equal(point[(3 * block)..(3 * block + count)]);
            for (int i = 0; i < count; i++)
                again.Observe([first[i], float.NaN, ahead[3 * block + i]]);
        }
        state.Rows.Should().Be(200, "what was remembered is left as it was");
    }

    [Fact]
    public void CovariatesThatEnd_EndTheForecasts()
    {
        float[] rows = Rows(200, seed: 1);
        var model = Fit(rows, Shape);
        var whole = Forecast(model, rows, [1, 0, 0, 1, 1, 0, 1]);
        var (_, point, lower, upper) = Forecast(model, rows, [1, 0, 0, 1, 1]);
        point[..5].Should().Equal(whole.Point[..5]);
        point[5..].Concat(lower[5..]).Concat(upper[5..]).Should().AllSatisfy(value => value.Should().Be(float.NaN));
        Forecast(model, rows, [1, 0]).Point.Select(float.IsNaN).Should().Equal(false, false, true, true, true, true, true);
    }

    [Fact]
    public void Intervals_OfAllSteps_CoverTheirShare()
    {
        double[] inside = new double[12];
        for (int seed = 1; seed <= 5; seed++)
        {
            float[] y = Walk(new Random(seed), 6000);
            var model = Fit(y[..4000], new ForecastShape { Horizon = 12, Trained = 2 });
            model.Weights.Should().HaveCount(2 * model.Shape.Features);
            model.HalfWidths[11].Should().BeGreaterThan(1.5 * model.HalfWidths[0]);
            inside = [.. inside.Zip(Covered(model, y, 4000), (sum, share) => sum + share / 5)];
        }
        inside.Should().AllSatisfy(share => share.Should().BeInRange(0.87, 0.93));
    }

    [Fact]
    public void WhereNoHeldOutRowReaches_WidthsGrowWithTheRootOfTheSteps()
    {
        var model = Fit(Walk(new Random(3), 60), new ForecastShape { Horizon = 58, Trained = 2 });
        for (int step = 53; step <= 58; step++)
            model.HalfWidths[step - 1].Should().BeApproximately(model.HalfWidths[51] * Math.Sqrt(step / 52.0), 1e-9);
        model.HalfWidths[51].Should().BePositive();
    }

    [Fact]
    public void Threads_ChangeNoBit()
    {
        float[][] series = [Rows(90, 3), Rows(80, 4), Rows(70, 5)];
        var one = ForecastTraining.Fit(series, Shape, choosesSeason: false, Level, threads: 1);
        var four = ForecastTraining.Fit(series, Shape, choosesSeason: false, Level, threads: 4);
        four.HalfWidths.Should().Equal(one.HalfWidths);
        four.Weights.Should().Equal(one.Weights);
    }

    [Fact]
    public void ACancelledFit_Ends()
    {
        float[] rows = Rows(200, seed: 1);
        var cancelled = new CancellationToken(true);
        Invoking(() => ForecastTraining.Fit([rows], Shape, choosesSeason: false, Level, threads: 2, cancellation: cancelled))
            .Should().Throw<OperationCanceledException>();
    }

    private static ForecastModel Fit(float[] rows, ForecastShape shape)
        => ForecastTraining.Fit([rows], shape, choosesSeason: false, Level, threads: 2);

    private static (ForecastState State, float[] Point, float[] Lower, float[] Upper) Forecast(
        ForecastModel model, float[] rows, float[] ahead)
    {
        int width = model.Shape.Width, size = model.HalfWidths.Length;
        var state = model.CreateState();
        for (int t = 0; t < rows.Length / width; t++)
            state.Observe(rows.AsSpan(t * width, width));
        var (point, lower, upper) = (new float[size], new float[size], new float[size]);
        new ForecastRecursion(model).Forecast(state, ahead, point, lower, upper);
        return (state, point, lower, upper);
    }

    private static double[] Covered(ForecastModel model, float[] y, int from)
    {
        int horizon = model.Shape.Horizon;
        var (state, recursion) = (model.CreateState(), new ForecastRecursion(model));
        var (point, lower, upper) = (new float[horizon], new float[horizon], new float[horizon]);
        double[] inside = new double[horizon];
        for (int t = 0; t + horizon < y.Length; t++)
        {
            state.Observe(y.AsSpan(t, 1));
            recursion.Forecast(state, [], point, lower, upper);
            for (int step = 0; step < horizon && t >= from; step++)
                inside[step] += y[t + 1 + step] >= lower[step] && y[t + 1 + step] <= upper[step] ? 1.0 / (y.Length - horizon - from) : 0;
        }
        return inside;
    }

    private static float[] Walk(Random random, int count)
    {
        double level = 0;
        return [.. Enumerable.Range(0, count).Select(_ => (float)(level = 0.95 * level + random.NextDouble() - 0.5))];
    }

    private static float[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).SelectMany(t =>
        {
            int sale = random.Next(2);
            return (float[])[10 + t % 4 + 3 * sale + random.NextSingle(), random.NextSingle(), sale];
        })];
    }
}
