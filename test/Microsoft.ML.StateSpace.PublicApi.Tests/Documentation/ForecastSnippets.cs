using Microsoft.ML.Data;

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

    private sealed class Day
    {
        public string Shop { get; set; } = "";

        [ColumnName("Day")]
        public int Number { get; set; }

        public float Sales { get; set; }

        public float Holiday { get; set; }
    }
}
