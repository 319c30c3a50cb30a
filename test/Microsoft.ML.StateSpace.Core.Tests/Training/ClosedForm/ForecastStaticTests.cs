using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Series whose ways depend on a static covariate.</summary>
public class ForecastStaticTests
{
    private const int Count = 60;

    private static readonly ForecastShape Shape = new() { Statics = 1, Horizon = 2 };

    // One kind stays where it is, the other comes back at once.
    [Fact]
    public void SeriesOfTwoKinds_AreForecastBetter_AlsoThoseNeverSeen()
    {
        var random = new Random(1);
        float[][] series = [.. Enumerable.Range(0, 60).Select(i => Series(random, i % 2)).ToList()];
        float[][] fresh = [.. Enumerable.Range(0, 40).Select(i => Series(random, i % 2)).ToList()];
        double with = Error(Fit(series, Shape), fresh), without = Error(Fit(Without(series), Shape with { Statics = 0 }), Without(fresh));
        with.Should().BeLessThan(0.9 * without);
    }

    [Fact]
    public void AStaticThatSaysNothing_CostsNothing()
    {
        var random = new Random(2);
        float[][] series = [.. Enumerable.Range(0, 60).Select(i => Series(random, 1)).ToList()];
        float[][] named = [.. series.Select(rows => rows.ToArray())];
        foreach (float[] rows in named)
        {
            int kind = random.Next(2);
            for (int t = 0; t < Count; t++)
                rows[2 * t + 1] = kind;
        }
        double with = Error(Fit(named, Shape), named), without = Error(Fit(Without(series), Shape with { Statics = 0 }), Without(series));
        with.Should().BeLessThan(1.02 * without);
    }

    [Fact]
    public void AMissingStatic_IsTheUsualOne_UntilItIsKnown()
    {
        var random = new Random(3);
        var model = Fit([.. Enumerable.Range(0, 40).Select(i => Series(random, i % 2)).ToList()], Shape);
        float[] Answer(params float[] statics)
        {
            var state = model.CreateState();
            for (int t = 0; t < statics.Length; t++)
                state.Observe([10 + t % 3, statics[t]]);
            var (point, bound) = (new float[2], new float[2]);
            model.Forecast(state, [], new double[model.ScratchSize], point, bound, bound);
            return point;
        }
        Answer(float.NaN, float.NaN, float.NaN).Should().Equal(Answer(0.5f, 0.5f, 0.5f), "this is the mean");
        Answer(float.NaN, 1, float.NaN).Should().Equal(Answer(1, 1, 1)).And.NotEqual(Answer(0, 0, 0));
    }

    private static float[] Series(Random random, int kind)
    {
        double off = 0, decay = kind == 0 ? 0.95 : -0.6;
        var rows = new List<float>();
        for (int t = 0; t < Count; t++)
        {
            off = decay * off + random.NextDouble() - 0.5;
            rows.AddRange([(float)(10 + off), kind]);
        }
        return [.. rows];
    }

    private static float[][] Without(float[][] series) => [.. series.Select(rows => rows.Where((_, i) => i % 2 == 0).ToArray())];

    private static ForecastModel Fit(float[][] series, ForecastShape shape)
        => ForecastTraining.Fit(series, shape, choosesSeason: false, 0.9, threads: 2);

    private static double Error(ForecastModel model, float[][] series)
    {
        int width = model.Shape.Width;
        var (point, bound) = (new float[2], new float[2]);
        double sum = 0;
        foreach (float[] rows in series)
        {
            var state = model.CreateState();
            for (int t = 0; t < Count - 2; t++)
            {
                state.Observe(rows.AsSpan(t * width, width));
                model.Forecast(state, [], new double[model.ScratchSize], point, bound, bound);
                if (t > 20)
                    sum += Math.Abs(point[0] - rows[(t + 1) * width]) + Math.Abs(point[1] - rows[(t + 2) * width]);
            }
        }
        return sum;
    }
}
