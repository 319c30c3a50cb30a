using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Series of which little can be learned, and many short ones.</summary>
public class ForecastOddSeriesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-3e8)]
    public void AConstant_StaysConstant(float value)
    {
        var model = Fit([[.. Enumerable.Repeat(value, 50)]], horizon: 2);
        var (point, lower, upper) = Forecast(model, [value, value]);

        point.Should().Equal(value, value);
        upper.Should().Equal(value, value);
        lower.Should().Equal(value, value);
    }

    [Fact]
    public void ASeriesThatBeginsWithZeros_IsForecastInItsRange()
    {
        var random = new Random(1);
        float[] rows = [.. Enumerable.Range(0, 200).Select(t => t < 60 ? 0 : random.Next(5) == 0 ? random.Next(1, 9) : 0f)];
        var model = Fit([rows], horizon: 4);
        var state = model.CreateState();
        foreach (float value in rows)
        {
            state.Observe([value]);
            Forecast(model, state).Point.Should().AllSatisfy(forecast => forecast.Should().BeInRange(-9, 18));
        }
    }

    [Fact]
    public void AHighLevel_CostsNoAccuracy()
    {
        var random = new Random(2);
        float[] low = [.. Enumerable.Range(0, 300).Select(t => (float)random.Next(100) + 100 * (t % 5))];
        float[] high = [.. low.Select(value => value + (1 << 23))];
        var (near, far) = (Forecast(Fit([low], horizon: 3), low), Forecast(Fit([high], horizon: 3), high));
        for (int step = 0; step < 3; step++)
            (far.Point[step] - (1 << 23)).Should().BeApproximately(near.Point[step], 3);
    }

    [Fact]
    public void InfiniteValues_AreMissing()
    {
        float[] rows = [.. Enumerable.Range(0, 100).Select(t => t % 7 == 3 ? float.PositiveInfinity : t % 4)];
        float[] missing = [.. rows.Select(value => float.IsInfinity(value) ? float.NaN : value)];
        Fit([rows], horizon: 2).Weights.Should().Equal(Fit([missing], horizon: 2).Weights)
            .And.AllSatisfy(weight => double.IsFinite(weight).Should().BeTrue());
    }

    [Fact]
    public void ManyShortSeries_TeachWhatNoneOfThemCould()
    {
        var random = new Random(3);
        float[][] series = [.. Enumerable.Range(0, 300).Select(_ => Short(random, 24))];
        var model = Fit(series, horizon: 2);

        double own = 0, alone = 0, naive = 0;
        for (int i = 0; i < 100; i++)
        {
            float[] fresh = Short(random, 24);
            double Error(float forecast) => Math.Abs(fresh[23] - forecast) / Math.Abs(fresh[0]);
            own += Error(Forecast(model, fresh[..22]).Point[1]);
            alone += Error(Forecast(Fit([fresh[..22]], horizon: 2), fresh[..22]).Point[1]);
            naive += Error(fresh[21]);
        }
        own.Should().BeLessThan(0.9 * alone).And.BeLessThan(0.9 * naive);
    }

    [Fact]
    public void GapsInAllSeries_LeaveTheEquationsOfEveryPairThatIsKnown()
    {
        // Of ten rows seven are missing, so pairs of rows are dropped for every step.
        float[] rows = [.. Enumerable.Range(0, 400).Select(t => t % 10 < 3 ? 3 + t % 10 : float.NaN)];
        var model = Fit([rows], horizon: 10);
        var point = Forecast(model, rows[..391]).Point;
        point[9].Should().BeApproximately(3, 0.2f);
    }

    // Returns to a level, in a unit of its own.
    private static float[] Short(Random random, int count)
    {
        double unit = Math.Exp(6 * random.NextDouble()), off = 0;
        return [.. Enumerable.Range(0, count).Select(_ => (float)(unit * (10 + (off = 0.2 * off + random.NextDouble() - 0.5))))];
    }

    private static ForecastModel Fit(float[][] series, int horizon)
        => ForecastTraining.Fit(series, new ForecastShape { Horizon = horizon }, choosesSeason: true, 0.9, threads: 2);

    private static (float[] Point, float[] Lower, float[] Upper) Forecast(ForecastModel model, float[] rows)
    {
        var state = model.CreateState();
        foreach (float value in rows)
            state.Observe([value]);
        return Forecast(model, state);
    }

    private static (float[] Point, float[] Lower, float[] Upper) Forecast(ForecastModel model, ForecastState state)
    {
        int count = model.HalfWidths.Length;
        var (point, lower, upper) = (new float[count], new float[count], new float[count]);
        model.Forecast(state, [], new double[model.ScratchSize], point, lower, upper);
        return (point, lower, upper);
    }
}
