using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.AutoML;

namespace Microsoft.ML.StateSpace.PublicApi.Tests.Documentation;

/// <summary>The blocks of C# in docs/forecasting.md. A test of Core holds that every block stands here, word for word.</summary>
public class ForecastSnippets
{
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void Shops_AreForecast()
    {
        IDataView table = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(row => new Day
        {
            Shop = row < 100 ? "a" : "b", Number = row % 100, Sales = 100 + 30 * (row % 7) + row * 37 % 11, Holiday = row % 13 == 0 ? 1 : 0,
        }));
        var pipeline = mlContext.Forecasting.ForecastByStateSpace(new ForecastingOptions
        {
            TargetColumnNames = ["Sales"],
            SeriesColumnName = "Shop",                 // one model for all shops
            OrderColumnName = "Day",                   // a row out of order is an error, or is sorted with SortsRows
            KnownAheadColumnNames = ["Holiday"],       // known for the days that are forecast
            Horizon = 14,
            ConfidenceLevel = 0.9f,
            ConfidenceLowerBoundColumn = "Lower",
            ConfidenceUpperBoundColumn = "Upper",
        });
        ForecastingTransformer model = pipeline.Fit(table);
        IDataView forecasts = model.Transform(table);  // the rows of the table, each with the 14 forecasts made after it was seen

        ForecastEngine engine = model.CreateForecastEngine();      // one series
        engine.Observe([112f, 0f]);                                // targets, covariates known so far, covariates known ahead
        ReadOnlySpan<float> next = engine.Forecast([0f, 1f, 0f]);  // holidays of the next days; days behind them are NaN
        byte[] state = new byte[engine.StateLength];
        engine.GetState(state);                                    // SetState of another engine goes on from here

        next.ToArray().Select(float.IsNaN).Should().Equal(Enumerable.Range(0, 14).Select(step => step >= 3));
        float[][] all = [.. forecasts.GetColumn<float[]>("Forecast")], upper = [.. forecasts.GetColumn<float[]>("Upper")];
        all.Should().HaveCount(200);
        upper[50][0].Should().BeGreaterThan(all[50][0]);
        model.Options.Season.Should().Be(7);
        ARow_MayHoldAHistory(model, table);
    }

    private void ARow_MayHoldAHistory(ForecastingTransformer model, IDataView testTable)
    {
        HistoryForecastTransformer rows = model.ForHistories("History", knownAheadColumnName: "Holidays");
        var predictor = mlContext.Model.CreatePredictionEngine<ShopHistory, ShopForecast>(rows);
        ShopForecast forecast = predictor.Predict(new ShopHistory
        {
            History = [112f, 0f, 131f, 0f, 98f, 1f],   // three steps: targets, covariates known so far, covariates known ahead
            Holidays = [0f, 1f, 0f],                   // covariates known ahead of the next steps, at most as many as the horizon
        });

        forecast.Forecast.Select(float.IsNaN).Should().Equal(Enumerable.Range(0, 14).Select(step => step >= 3));
        forecast.Upper[0].Should().BeGreaterThan(forecast.Forecast[0]);

        foreach (CovariateImportance covariate in mlContext.Forecasting.CovariateImportance(model, testTable))
            Console.WriteLine($"without {covariate.Name} errors rise by {covariate.Mean:p0}");
    }

    [Fact]
    public void Tanks_AreForecast_AtTimesOfTheirOwn()
    {
        IDataView records = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 600).Select(row => new Reading
        {
            Tank = row < 300 ? "a" : "b", Level = 2 + MathF.Sin(row / 9f) + row * 37 % 11 / 50f, Inflow = row % 5 / 4f,
            Size = row < 300 ? 30 : 50, Hours = 1 + row * 7 % 3,
        }));

        var options = new ForecastingOptions
        {
            TargetColumnNames = ["Level"],
            SeriesColumnName = "Tank",
            KnownAheadColumnNames = ["Inflow"],
            StaticColumnNames = ["Size"],            // constant for a tank; held-out rows judge whether it helps
            IntervalColumnName = "Hours",            // since the row before, also in the rows that are forecast
            Horizon = 48,
            TrainedHorizon = 12,                     // the 36 rows behind are forecast from forecasts
        };
        ForecastingTransformer tanks = mlContext.Forecasting.ForecastByStateSpace(options).Fit(records);
        ForecastEngine tank = tanks.CreateForecastEngine();
        tank.Observe([2.1f, 0.4f, 30f, 1.5f]);       // level, inflow, size, hours since the row before
        ReadOnlySpan<float> levels = tank.Forecast([0.4f, 1f, 0.2f, 3f]);  // inflow and hours of two rows; rows behind them are NaN

        (tank.InputLength, tank.KnownAhead).Should().Be((4, 2));
        levels.ToArray().Select(float.IsNaN).Should().Equal(Enumerable.Range(0, 48).Select(step => step >= 2));
    }

    [Fact]
    public void Anomalies_AreFound()
    {
        IDataView table = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(row => new Day
        {
            Shop = "a", Number = row, Sales = 100 + 30 * (row % 7) + row * 37 % 11 - (row % 13 == 0 ? 40 : 0),
            Holiday = row % 13 == 0 ? 1 : 0,
        }));
        var detector = mlContext.AnomalyDetection.DetectAnomaliesByStateSpace(new AnomalyOptions
        {
            TargetColumnNames = ["Sales"],
            SeriesColumnName = "Shop",
            KnownAheadColumnNames = ["Holiday"],       // a drop on a holiday is no anomaly
            Confidence = 99.5,                         // in percent, as ML.NET's detectors have it
            LongestSpike = 3,                          // up to three rows are a spike, which is not learned from
        });
        AnomalyTransformer watch = detector.Fit(table);
        IDataView scored = watch.Transform(table);     // Anomaly: alert (0 or 1), raw score, p-value

        AnomalyEngine live = watch.CreateAnomalyEngine();
        ReadOnlySpan<double> answer = live.Score([112f, 0f]);

        answer.ToArray().Should().Equal(0, double.NaN, double.NaN);
        double[][] all = [.. scored.GetColumn<double[]>("Anomaly")];
        all.Should().HaveCount(300);
        for (int row = 0; row < 99; row++)
            live.Score([100 + 30 * (row % 7) + row * 37 % 11 - (row % 13 == 0 ? 40 : 0), row % 13 == 0 ? 1 : 0]);
        live.Score([900, 0])[0].Should().Be(1);
    }

    [Fact]
    public void Seasons_AreSwept()
    {
        IDataView table = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 400).Select(row => new Day
        {
            Shop = row < 200 ? "a" : "b", Sales = 100 + 30 * (row % 7) + row * 37 % 11, Holiday = row % 13 == 0 ? 1 : 0,
        }));
        var options = new ForecastingOptions
        {
            TargetColumnNames = ["Sales"], SeriesColumnName = "Shop", KnownAheadColumnNames = ["Holiday"], Horizon = 7,
        };

        var (train, all) = mlContext.Forecasting.HoldOutEnd(table, options, rows: 56); // the last 56 rows of each series
        var pipeline = mlContext.Transforms.Conversion.ConvertType("Holiday", outputKind: DataKind.Single)
            .Append(mlContext.Auto().ForecastByStateSpace(options, seasons: [7, 28])); // beside the season that is found, and none

        TrialResult best = mlContext.Auto().CreateExperiment()
            .SetPipeline(pipeline)
            .SetDataset(train, all) // forecasts of the last rows need those before
            .SetForecastMetric(new ForecastMetricManager(ForecastMetric.MeanAbsoluteScaledError, options, rows: 56))
            .SetMaxModelToExplore(8)
            .Run();

        best.Metric.Should().BeInRange(0, 0.5);
        best.Model.Transform(table).GetColumn<float[]>("Forecast").Should().HaveCount(400);
    }

    [Fact]
    public void ANetwork_CorrectsTheClosedForm()
    {
        IDataView table = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(row => new Day
        {
            Shop = row < 100 ? "a" : "b", Number = row % 100, Sales = 100 + 30 * (row % 7) + row * 37 % 11, Holiday = row % 13 == 0 ? 1 : 0,
        }));
        var progress = new Progress<TrainingProgress>();

        var withNetwork = new ForecastingOptions
        {
            TargetColumnNames = ["Sales"],
            SeriesColumnName = "Shop",
            KnownAheadColumnNames = ["Holiday"],
            Horizon = 14,
            Architecture = new S5Options { Layers = 2 },        // null, the default, is the closed form alone
            Training = new TrainingOptions { Progress = progress },
        };
        ForecastingTransformer both = mlContext.Forecasting.ForecastByStateSpace(withNetwork).Fit(table);
        double weight = both.NetworkWeight;                     // 0: the rows that were held out see no gain, and no network is kept

        weight.Should().BeInRange(0, 1);
        (both.Options.Architecture is null).Should().Be(weight == 0);
    }

    [Fact]
    public void OneSeries_IsForecast()
    {
        IDataView table = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 120).Select(row => new Day { Sales = row + row % 12 }));

        var passengers = mlContext.Forecasting.ForecastByStateSpace("Forecast", "Sales", horizon: 12);

        float[] last = passengers.Fit(table).Transform(table).GetColumn<float[]>("Forecast").Last();
        last.Should().HaveCount(12);
        last[11].Should().BeApproximately(131 + 11, 1);
    }

    [Fact]
    public void AForecaster_IsTested()
    {
        IDataView table = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(row => new Day
        {
            Number = row, Sales = 100 + 30 * (row % 7) + row * 37 % 11,
        }));
        var options = new ForecastingOptions { TargetColumnNames = ["Sales"], OrderColumnName = "Day", Horizon = 14, Season = 7 };

        BacktestResult result = mlContext.Forecasting.BacktestStateSpace(table, options, new BacktestOptions { TestRows = 60, Refits = 1 });
        Console.WriteLine(result);                                    // a table: all models, MAE, RMSE, sMAPE, MASE, pinball loss, coverage
        double tomorrow = result.Forecaster.Steps[0].MeanAbsoluteError;
        double nextWeek = result.Forecaster.Steps[6].MeanAbsoluteError;

        var mean = new ForecastBaseline(
            "mean of a week", (history, horizon) => [.. Enumerable.Repeat(history.TakeLast(7).Average(), horizon)]);
        var test = new BacktestOptions { Baselines = [.. ForecastBaseline.Usual, mean] };

        (result.Fits, result.Origins).Should().Be((2, 60 - 14 + 1));
        new[] { tomorrow, nextWeek }.Should().AllSatisfy(error => error.Should().BeInRange(0.1, 11));
        var others = mlContext.Forecasting.BacktestStateSpace(table, options, test).Models;
        others.Select(model => model.Name).Should().Equal(
            "state space", "naive", "seasonal naive", "drift", "ridge over lags", "mean of a week");
        others[5].Overall.MeanAbsoluteError.Should().BeGreaterThan(20, "a mean knows no days of the week");
    }

    private sealed class ShopHistory
    {
        public float[] History { get; set; } = [];

        public float[] Holidays { get; set; } = [];
    }

    private sealed class ShopForecast
    {
        public float[] Forecast { get; set; } = [];

        public float[] Upper { get; set; } = [];
    }

    private sealed class Reading
    {
        public string Tank { get; set; } = "";

        public float Level { get; set; }

        public float Inflow { get; set; }

        public float Size { get; set; }

        public float Hours { get; set; }
    }

    private sealed class Day
    {
        public string Shop { get; set; } = "";

        [ColumnName("Day")]
        public int Number { get; set; }

        public float Sales { get; set; }

        public float Holiday { get; set; }
    }
}
