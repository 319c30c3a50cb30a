using Microsoft.ML.StateSpace.Tests.Forecasting;
using Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies;
using Microsoft.ML.StateSpace.Tests.Forecasting.Histories;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>What a detector of anomalies, and a forecaster of whole histories, cannot do.</summary>
internal static class AnomalySituations
{
    private static readonly float[] Values = Watched.Simulated(1, 200);

    private static readonly Demand[] Days = Demands.Of(60);

    private static readonly ForecastingOptions Plain = Demands.Options with { KnownAheadColumnNames = [], KnownSoFarColumnNames = [] };

    private static readonly Lazy<AnomalyTransformer> Model = new(() => Watched.Fit(Watched.Options, Values));

    private static readonly Lazy<ForecastingTransformer> Forecaster = new(() => Demands.Fit(Demands.Options, Days));

    private static readonly Lazy<ForecastingTransformer> WithoutAhead = new(() => Demands.Fit(Plain, Days));

    public static IEnumerable<Situation> All => [.. OfAnomalies, .. OfHistories, .. OfMeasures];

    private static IEnumerable<Situation> OfAnomalies =>
    [
        new(
            "Give a number such as 99", () => Watched.Fit(Watched.Options with { Confidence = 0.99 }, Values),
            () => Watched.Fit(Watched.Options with { Confidence = 99 }, Values)),
        new(
            "or make an engine with CreateAnomalyEngine", () => Model.Value.GetRowToRowMapper(Watched.View(Values).Schema),
            () => Model.Value.CreateAnomalyEngine().Score([1])),
        new("Make it StateLength long", () => State(7), () => State(null)) { Of = "anomaly" },
        new(
            "or begin the series anew", () => Model.Value.CreateAnomalyEngine().SetState(new byte[7]),
            () => Model.Value.CreateAnomalyEngine().SetState(State(null))) { Of = "anomaly" },
        new(
            "Give SetState the bytes that GetState of an engine of the very same model wrote",
            () => Watched.Fit(Watched.Options, Values[..150]).CreateAnomalyEngine().SetState(State(null)),
            () => Model.Value.CreateAnomalyEngine().SetState(State(null))) { Of = "anomaly" },
    ];

    private static IEnumerable<Situation> OfHistories =>
    [
        new(
            "Name it as knownAheadColumnName", () => Forecaster.Value.ForHistories("History"),
            () => Forecaster.Value.ForHistories("History", "Holidays")),
        new(
            "Leave knownAheadColumnName out", () => WithoutAhead.Value.ForHistories("History", "Holidays"),
            () => WithoutAhead.Value.ForHistories("History")),
        new(
            "Give it the columns of the forecaster's options, each time step in their order",
            () => WithoutAhead.Value.ForHistories("Features").GetOutputSchema(Windows("Sales", "Heat").Schema),
            () => WithoutAhead.Value.ForHistories("Features").GetOutputSchema(Windows("Sales").Schema)),
        new(
            "Give each time step the values of all columns of the forecaster's options",
            () => Predict(new() { History = [1, 2], Holidays = [0] }), () => Predict(new() { History = [1, 2, 0], Holidays = [0] })),
        new(
            "Give at most as many rows as the Horizon", () => Predict(new() { History = [1, 2, 0], Holidays = new float[4] }),
            () => Predict(new() { History = [1, 2, 0], Holidays = new float[3] })),
    ];

    private static IEnumerable<Situation> OfMeasures =>
    [
        new(
            "Give rows with known targets, on which the forecaster was not trained",
            () => Demands.Ml.Forecasting.CovariateImportance(Forecaster.Value, Demands.View(Days[..1])),
            () => Demands.Ml.Forecasting.CovariateImportance(Forecaster.Value, Demands.View(Days))),
        new(
            "Hold out fewer rows", () => Demands.Ml.Forecasting.HoldOutEnd(Demands.View(Days), Plain, 60),
            () => Demands.Ml.Forecasting.HoldOutEnd(Demands.View(Days), Plain, 59)),
    ];

    private static IDataView Windows(params string[] columns) => Demands.Ml.Data.ToWindows(Demands.View(Days), 8, "Shop", columns);

    private static Answer Predict(ShopHistory row)
    {
        using var engine = Demands.Ml.Model.CreatePredictionEngine<ShopHistory, Answer>(
            Forecaster.Value.ForHistories("History", "Holidays"));
        return engine.Predict(row);
    }

    private static byte[] State(int? length)
    {
        var engine = Model.Value.CreateAnomalyEngine();
        byte[] state = new byte[length ?? engine.StateLength];
        engine.GetState(state);
        return state;
    }
}
