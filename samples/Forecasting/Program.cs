// Forecasting: how many bicycles will be rented in each of the next fourteen days, and how sure is that?
//
//   dotnet run --project samples/Forecasting -c Release -- [--data FILE] [--page FILE]
//
// FILE of --data is day.csv of the bike sharing data set (Fanaee-T, Gama 2013, UCI machine learning repository): two years of days with
// rentals, calendar and weather. Without it the record is simulated (SimulatedRental.cs). The last fourteen days are forecast from the days
// before and from their own calendar and weather, for which a weather forecast would stand. The backtest makes such forecasts after every
// day of half a year. On the real record it prints
//
//   | model           |   MAE |  RMSE | sMAPE % |   MASE | pinball | in 90 % intervals | width |
//   | --------------- | ----: | ----: | ------: | -----: | ------: | ----------------: | ----: |
//   | state space     | 719.8 | 981.0 |   13.41 | 0.8358 |   197.7 |            93.7 % |  3481 |
//   | naive           |  1150 |  1642 |   21.12 |  1.335 |         |                   |       |
//   | seasonal naive  |  1069 |  1585 |   19.98 |  1.241 |         |                   |       |
//   | drift           |  1081 |  1596 |   19.98 |  1.255 |         |                   |       |
//   | ridge over lags | 849.9 |  1280 |   14.90 | 0.9868 |         |                   |       |
//
// where ridge over lags knows neither calendar nor weather. --page says where the page with the charts is written. All of it takes some
// seconds.
using Forecasting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace;
using Samples;
using Spectre.Console;

const int Horizon = 14;
var arguments = Arguments.Read(args, "Forecasting [--data FILE] [--page FILE]");
Day[] days = Arguments.OrEnd(() => arguments["--data"] is { } file ? Day.Read(file) : SimulatedRental.Run(731, seed: 1));
Console.WriteLine(arguments["--data"] ?? "simulated data, not measurements: see samples/Forecasting/SimulatedRental.cs");
var mlContext = new MLContext(seed: 1);
var options = new ForecastingOptions
{
    TargetColumnNames = [nameof(Day.Rentals)],
    OrderColumnName = nameof(Day.Date),
    KnownAheadColumnNames = [nameof(Day.KnownAhead)],
    Horizon = Horizon,
    ConfidenceLevel = 0.9f,
    ConfidenceLowerBoundColumn = nameof(Forecast.Lower),
    ConfidenceUpperBoundColumn = nameof(Forecast.Upper),
};

// 1. How good would it have been? It learns from the days before the last half year, is asked after each day of it, and learns anew every
// month.
IDataView past = mlContext.Data.LoadFromEnumerable(days[..^Horizon]);
BacktestResult backtest = mlContext.Forecasting.BacktestStateSpace(
    past, options, new BacktestOptions { TestRows = 182, Refits = 5, Season = 7, KeepsForecasts = true });
Console.WriteLine(backtest);

// 2. Learn from all days that have been, and forecast those to come: rows of the table whose rentals are not known.
ForecastingTransformer model = mlContext.Forecasting.ForecastByStateSpace(options).Fit(past);
IDataView table = mlContext.Data.LoadFromEnumerable([.. days[..^Horizon], .. days[^Horizon..].Select(Day.ToCome)]);
var next = mlContext.Data.CreateEnumerable<Forecast>(model.Transform(table), reuseRowObject: false).ElementAt(days.Length - Horizon - 1);
var shown = new Table().Title($"forecasts of {days[^(Horizon + 1)].Date:yyyy-MM-dd}")
    .AddColumns("day", "from", "forecast", "to", "what came");
foreach (var (day, i) in days[^Horizon..].Select((day, i) => (day, i)))
    shown.AddRow(
        $"{day.Date:yyyy-MM-dd}", $"{Math.Max(0, next.Lower[i]):F0}", $"{next.Values[i]:F0}", $"{next.Upper[i]:F0}", $"{day.Rentals:F0}");
AnsiConsole.Write(shown);

// 3. The charts.
string page = arguments["--page"] ?? Path.Combine(AppContext.BaseDirectory, "forecast.html");
new RentalPage(days, backtest).Page((next.Values, next.Lower, next.Upper)).Save(page);
Console.WriteLine($"charts: {page}");

// 4. As days come: an engine takes one row at a time. What it remembers is some bytes, with which another one goes on, here from the
// middle of the record. It says what the table said.
var (engine, restarted) = (model.CreateForecastEngine(), model.CreateForecastEngine());
int half = days.Length / 2;
foreach (var day in days[..half])
    engine.Observe([day.Rentals, .. day.KnownAhead]);
byte[] state = new byte[engine.StateLength];
engine.GetState(state);
restarted.SetState(state);
foreach (var day in days[half..^Horizon])
    restarted.Observe([day.Rentals, .. day.KnownAhead]);
var streamed = restarted.Forecast([.. days[^Horizon..].SelectMany(day => day.KnownAhead)]);
Console.WriteLine($"streamed, stopped and resumed from {state.Length} bytes: the same forecasts {streamed.SequenceEqual(next.Values)}");

internal sealed class Forecast
{
    [ColumnName("Forecast")]
    public float[] Values { get; set; } = [];

    public float[] Lower { get; set; } = [];

    public float[] Upper { get; set; } = [];
}
