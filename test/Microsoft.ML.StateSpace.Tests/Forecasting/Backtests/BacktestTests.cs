using static Microsoft.ML.StateSpace.Tests.Forecasting.Demands;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Backtests;

/// <summary>What a backtest finds is what refeeding every past, to a model that knows no more than that, would find.</summary>
public class BacktestTests
{
    private const int TestRows = 21, Season = 7;

    private static readonly Demand[] Rows = Of(80, 60);

    private static readonly BacktestOptions Test = new() { TestRows = TestRows, KeepsForecasts = true };

    private static readonly BacktestResult Result = Ml.Forecasting.BacktestStateSpace(View(Rows), Options, Test);

    [Fact]
    public void OnePass_FindsWhatRefeedingEachPastFinds()
    {
        var pairs = SlowBacktest.Pairs(Fit(Options, Before(Rows, TestRows)), Rows, TestRows, Season);

        SlowBacktest.ShouldBe(Result.Forecaster.Overall, pairs, Options.ConfidenceLevel);
        SlowBacktest.ShouldBe(Result.Forecaster.Targets.Single(), pairs, Options.ConfidenceLevel);
        for (int step = 1; step <= Horizon; step++)
        {
            var own = pairs.Where(pair => pair.Step == step);
            SlowBacktest.ShouldBe(Result.Forecaster.Steps[step - 1], own, Options.ConfidenceLevel);
            Result.Forecaster.At(step, 0).Should().Be(Result.Forecaster.Steps[step - 1]);
        }
        Result.Origins.Should().Be(2 * (TestRows - Horizon + 1));
        (Result.Fits, Result.TestedSeries, Result.Season).Should().Be((1, 2, Season));
        foreach (var pair in pairs)
            ForecastOf(Result, pair.Shop, pair.Origin)[pair.Step - 1].Should().Be((float)pair.Forecast);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Refits_KnowTheRowsBeforeTheirStretch_AndNoMore(int refits)
    {
        var result = Ml.Forecasting.BacktestStateSpace(View(Rows), Options, Test with { Refits = refits });

        result.Fits.Should().Be(1 + refits);
        result.Origins.Should().Be(Result.Origins);
        int checkedOrigins = 0;
        for (int stretch = 0; stretch <= refits; stretch++)
        {
            int start = TestRows * stretch / (refits + 1), end = TestRows * (stretch + 1) / (refits + 1);
            var model = Fit(Options, Before(Rows, TestRows - start));
            foreach (var shop in Rows.GroupBy(row => row.Shop))
            {
                Demand[] days = [.. shop];
                int first = days.Length - TestRows;
                for (int origin = first + start - 1; origin < first + end - 1 && origin + Horizon < days.Length; origin++, checkedOrigins++)
                    ForecastOf(result, shop.Key, origin).Should().Equal(
                        Answers(model, SlowBacktest.Until(days, origin))[origin].Forecast);
            }
        }
        checkedOrigins.Should().Be(result.Origins);
    }

    // The rows that change begin right behind the training rows of a fit: 59 of 80 rows for the first, 66 for the second of three.
    [Theory]
    [InlineData(58, 0)]
    [InlineData(65, 2)]
    [InlineData(68, 2)]
    public void WhatComesBehindAnOrigin_ChangesNoForecast(int origin, int refits)
    {
        Demand[] changed = Of(80, 60);
        foreach (var row in changed[(origin + 1)..80])
            (row.Sales, row.Heat) = (row.Sales + 500, 7);

        var test = Test with { Refits = refits };
        var first = Ml.Forecasting.BacktestStateSpace(View(Rows), Options, test);
        var second = Ml.Forecasting.BacktestStateSpace(View(changed), Options, test);

        foreach (var (own, other) in first.Forecasts.Zip(second.Forecasts).Where(pair => pair.First.Series == 0))
        {
            if (own.Row > origin)
                other.Forecasts[0].Should().NotEqual(own.Forecasts[0], "row {0}", own.Row);
            else
                for (int model = 0; model < first.Models.Count; model++)
                    other.Forecasts[model].Should().Equal(own.Forecasts[model], "row {0}, {1}", own.Row, first.Models[model].Name);
        }
        first.Forecasts.Where(made => made.Series == 0).Select(made => made.Row).Should().Contain([origin, origin + 1]);
    }

    [Fact]
    public void AFittedForecaster_IsTestedAlike()
    {
        var model = Fit(Options, Before(Rows, TestRows));
        var result = Ml.Forecasting.BacktestStateSpace(View(Rows), model, Test);

        result.Fits.Should().Be(0);
        result.ToTable().Should().Be(Result.ToTable());
        for (int i = 0; i < result.Models.Count; i++)
            result.Models[i].Steps.Should().Equal(Result.Models[i].Steps);
    }

    [Fact]
    public void RowsOutOfOrder_AndRowsWithoutTargets_ChangeNothing()
    {
        var future = Enumerable.Range(0, Horizon).SelectMany(day => new[]
        {
            new Demand { Shop = "a", Day = 80 + day, Sales = float.NaN, Heat = double.NaN },
            new Demand { Shop = "b", Day = 60 + day, Sales = float.NaN, Heat = double.NaN },
        });
        Demand[] shuffled = [.. Rows.Concat(future).OrderBy(row => row.Shop).ThenBy(row => row.Day * 7919 % 101)];
        var result = Ml.Forecasting.BacktestStateSpace(View(shuffled), Options with { SortsRows = true }, Test);

        result.ToString().Should().Be(Result.ToString());
        for (int i = 0; i < result.Models.Count; i++)
            result.Models[i].Steps.Should().Equal(Result.Models[i].Steps);
    }

    [Fact]
    public void ASeries_ThatIsNoLongerThanTheTestPart_IsForecastUnseen()
    {
        Demand[] rows = Of(80, 15);
        var result = Ml.Forecasting.BacktestStateSpace(View(rows), Options, Test);

        float[] expected = Answers(Fit(Options, rows[..(80 - TestRows)]), rows)[80 + 4].Forecast;
        ForecastOf(result, "b", 4).Should().Equal(expected);
        result.Forecasts.Where(origin => origin.Series == 1).Select(origin => origin.Row).Should().Equal(Enumerable.Range(0, 15 - Horizon));
        result.Series[1].TestStart.Should().Be(0);
    }

    [Fact]
    public void SeveralTargets_HaveMetricsOfTheirOwn()
    {
        var options = Options with { TargetColumnNames = ["Sales", "Both"], KnownAheadColumnNames = [] };
        var result = Ml.Forecasting.BacktestStateSpace(View(Rows), options, Test);

        result.TargetNames.Should().Equal("Sales", "Both.0", "Both.1");
        result.Series[0].Values.Should().HaveCount(3 * 80);
        foreach (var model in result.Models)
        {
            model.Targets.Should().HaveCount(3);
            model.Targets.Sum(target => target.Count).Should().Be(model.Overall.Count);
            double byHand = model.Targets.Sum(target => target.Count * target.MeanAbsoluteError) / model.Overall.Count;
            model.Overall.MeanAbsoluteError.Should().BeApproximately(byHand, 1e-9);
            Invoking(() => model.At(1, 3)).Should().Throw<ArgumentOutOfRangeException>();
            Invoking(() => model.At(0, 0)).Should().Throw<ArgumentOutOfRangeException>();
        }
        // Both.0 is the sales where those are not missing, and Both.1 the same below zero.
        result.Models[1].Targets[1].MeanAbsoluteError.Should().Be(result.Models[1].Targets[2].MeanAbsoluteError);
    }

    [Fact]
    public void AStride_LeavesOriginsOut_AndNothingIsKeptUnasked()
    {
        var every = Ml.Forecasting.BacktestStateSpace(View(Rows), Options, Test with { Stride = 5 });
        every.Forecasts.Where(origin => origin.Series == 0).Select(origin => origin.Row).Should().Equal(58, 63, 68, 73);

        var bare = Ml.Forecasting.BacktestStateSpace(View(Rows), Options, new BacktestOptions { TestFraction = 0.25, Baselines = [] });
        bare.Models.Should().ContainSingle();
        bare.Origins.Should().Be((20 - Horizon + 1) + (15 - Horizon + 1));
        (bare.Forecasts.Count, bare.Series.Count).Should().Be((0, 0));
    }

    [Fact]
    public void TheTable_SaysWhatWasFound()
    {
        string[] lines = Result.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

        lines[0].Should().Be("forecasts of one fit after 38 rows of 2 series, 3 steps ahead, season 7");
        lines[1].Should().StartWith("| model").And.Contain("| in 90 % intervals |");
        lines[3..].Select(line => line.Split('|')[1].Trim()).Should().Equal(
            "state space", "naive", "seasonal naive", "drift", "ridge over lags");
        lines[1..].Select(line => line.Length).Distinct().Should().ContainSingle("columns stand below one another");
        Result.ToStepTable(Result.Models[1]).Should().Contain("| 3 ").And.NotContain("NaN");
    }

    [Theory]
    [InlineData("TestRows", 0)]
    [InlineData("Stride", 0)]
    [InlineData("Season", 0)]
    [InlineData("Refits", -1)]
    public void ANumber_OutOfItsRange_IsRefused(string option, int tooSmall)
    {
        foreach (int value in new[] { int.MinValue, tooSmall, 1_000_000_000, int.MaxValue })
        {
            var test = option switch
            {
                "TestRows" => Test with { TestRows = value },
                "Stride" => Test with { Stride = value },
                "Season" => Test with { Season = value },
                _ => Test with { Refits = value },
            };
            Invoking(() => Ml.Forecasting.BacktestStateSpace(View(Rows), Options, test)).Should().Throw<ArgumentOutOfRangeException>()
                .WithMessage($"{option} must lie in*");
        }
        foreach (double share in new[] { 0, 1, double.NaN })
            Invoking(() => Ml.Forecasting.BacktestStateSpace(View(Rows), Options, new BacktestOptions { TestFraction = share }))
                .Should().Throw<ArgumentOutOfRangeException>().WithMessage("TestFraction must lie*");
    }

    private static Demand[] Before(Demand[] rows, int lastRows)
        => [.. rows.GroupBy(row => row.Shop).SelectMany(shop => shop.SkipLast(lastRows))];

    private static float[] ForecastOf(BacktestResult result, string shop, int origin)
        => result.Forecasts.Single(made => result.Series[made.Series].Name == shop && made.Row == origin).Forecasts[0];
}
