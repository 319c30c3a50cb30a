using Microsoft.ML.StateSpace.Forecasting;
using static Microsoft.ML.StateSpace.Tests.Forecasting.Demands;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Backtests;

/// <summary>The forecasts that stand beside, and the sums of their errors.</summary>
public class ForecastBaselineTests
{
    private static readonly ForecastingOptions One = new() { TargetColumnNames = ["Sales"], Horizon = 5, Season = 7 };

    [Fact]
    public void SimpleForecasts_AreWhatTheirNamesSay()
    {
        Demand[] rows = [.. Enumerable.Range(0, 90).Select(day => new Demand { Day = day, Sales = 2 * day + day * day % 7 })];
        var test = new BacktestOptions { TestRows = 20, Season = 7, KeepsForecasts = true };
        var result = Ml.Forecasting.BacktestStateSpace(View(rows), One with { Season = 1 }, test);

        result.Forecasts.Should().HaveCount(16);
        foreach (var origin in result.Forecasts)
        {
            float last = rows[origin.Row].Sales, rise = (last - rows[0].Sales) / origin.Row;
            origin.Forecasts[1].Should().Equal(Enumerable.Repeat(last, 5));
            origin.Forecasts[2].Should().Equal(Enumerable.Range(1, 5).Select(step => rows[origin.Row + step - 7].Sales));
            for (int step = 1; step <= 5; step++)
                origin.Forecasts[3][step - 1].Should().BeApproximately(rows[origin.Row + step - 7].Sales + 7 * rise, 1e-3f);
        }
        double scale = Enumerable.Range(7, 70 - 7).Average(day => Math.Abs(rows[day].Sales - rows[day - 7].Sales));
        foreach (var model in result.Models)
            model.Overall.MeanAbsoluteScaledError.Should().BeApproximately(model.Overall.MeanAbsoluteError / scale, 1e-9);
        result.Models[1].Overall.Coverage.Should().Be(double.NaN);
    }

    [Fact]
    public void WithoutASeason_DriftIsAStraightLine()
    {
        Demand[] rows = [.. Enumerable.Range(0, 90).Select(day => new Demand { Day = day, Sales = 100 - 3 * day })];
        var test = new BacktestOptions { Baselines = [ForecastBaseline.Drift, ForecastBaseline.SeasonalNaive, ForecastBaseline.Naive] };
        var result = Ml.Forecasting.BacktestStateSpace(View(rows), One with { Season = 1 }, test);

        result.Models[1].Overall.MeanAbsoluteError.Should().BeApproximately(0, 1e-4);
        result.Models[2].Overall.Should().Be(result.Models[3].Overall);
        result.Models[3].At(4, 0).MeanAbsoluteError.Should().BeApproximately(12, 1e-4);
    }

    // Three waves are a linear recurrence of their past, of which ridge over lags leaves next to nothing.
    [Fact]
    public void RidgeOverLags_LearnsWaves_OfSeriesOfAnySize()
    {
        Demand[] rows = [.. new[] { 1f, 1000f }.SelectMany(size => Enumerable.Range(0, 400).Select(day => new Demand
        {
            Shop = $"{size}", Day = day, Sales = size * (9 + MathF.Sin(0.3f * day) + MathF.Cos(0.71f * day) + MathF.Sin(1.9f * day)),
        }))];
        var options = One with { SeriesColumnName = "Shop" };
        var result = Ml.Forecasting.BacktestStateSpace(View(rows), options);

        var ridge = result.Models.Single(model => model.Name == "ridge over lags").Overall;
        ridge.MeanAbsoluteScaledError.Should().BeLessThan(0.01);
        result.Models[1].Overall.MeanAbsoluteScaledError.Should().BeGreaterThan(0.3);
    }

    [Fact]
    public void ATrainingPart_WithoutAWindow_LeavesRidgeWithoutForecasts()
    {
        Demand[] rows = Of(12);
        var model = Fit(Options, Of(60));
        var result = Ml.Forecasting.BacktestStateSpace(View(rows), model, new BacktestOptions { TestRows = 9 });

        result.Models[^1].Overall.Count.Should().Be(0);
        result.Models[^1].Overall.MeanAbsoluteError.Should().Be(double.NaN);
        result.Forecaster.Overall.Count.Should().BePositive();
        result.ToTable().Should().NotContain("NaN");
    }

    [Fact]
    public void ABaseline_OfOnesOwn_SeesThePastAlone()
    {
        Demand[] rows = Of(60);
        var seen = new List<float[]>();
        var mean = new ForecastBaseline("mean of three", (history, horizon) =>
        {
            seen.Add(history);
            return [.. Enumerable.Repeat(history.TakeLast(3).Average(), horizon)];
        });
        var result = Ml.Forecasting.BacktestStateSpace(
            View(rows), Options, new BacktestOptions { TestRows = 10, Baselines = [mean], KeepsForecasts = true });

        seen.Select(history => history.Length).Should().Equal(Enumerable.Range(50, 8));
        foreach (var (history, origin) in seen.Zip(result.Forecasts))
        {
            history.Should().Equal(rows[..(origin.Row + 1)].Select(row => row.Sales));
            origin.Forecasts[1].Should().Equal(Enumerable.Repeat(history.TakeLast(3).Average(), Horizon));
        }
        result.Models[1].Name.Should().Be(mean.ToString()).And.Be("mean of three");
        Invoking(() => new ForecastBaseline("", (_, _) => [])).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Sums_GiveTheMetricsByHand()
    {
        var sums = default(ErrorSums);
        sums.Add(10, 8, scale: 4);
        sums.Add(-1, 1, scale: double.NaN);
        sums.Add(0, 0, scale: 2);
        sums.Add(float.NaN, 3, 1);
        sums.Add(3, float.NaN, 1);
        sums.AddInterval(10, 6, 9, tail: 0.1);   // above by 1, width 3
        sums.AddInterval(5, 5, 10, tail: 0.1);   // on the bound, width 5
        sums.AddInterval(float.NaN, 0, 1, tail: 0.1);
        var metrics = sums.Metrics;

        metrics.Count.Should().Be(3);
        metrics.MeanAbsoluteError.Should().BeApproximately(4 / 3.0, 1e-12);
        metrics.RootMeanSquaredError.Should().BeApproximately(Math.Sqrt(8 / 3.0), 1e-12);
        metrics.SymmetricMeanAbsolutePercentageError.Should().BeApproximately((200 * 2 / 18.0 + 200) / 3, 1e-12);
        metrics.MeanAbsoluteScaledError.Should().BeApproximately(0.25, 1e-12);
        metrics.Coverage.Should().Be(0.5);
        metrics.MeanIntervalWidth.Should().Be(4);
        metrics.LowerPinballLoss.Should().BeApproximately(0.1 * 4 / 2, 1e-12);
        metrics.UpperPinballLoss.Should().BeApproximately((0.9 * 1 + 0.1 * 5) / 2, 1e-12);
        metrics.PinballLoss.Should().BeApproximately((0.2 + 2 / 3.0 + 0.7) / 3, 1e-12);

        var twice = sums;
        twice.Add(sums);
        twice.Metrics.Should().Be(metrics with { Count = 6 });
    }
}
