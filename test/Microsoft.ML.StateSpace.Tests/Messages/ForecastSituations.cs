using Microsoft.ML.StateSpace.Tests.Forecasting;
using Microsoft.ML.StateSpace.Tests.Forecasting.Histories;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>What a forecaster cannot do with a table, with options, or with a state.</summary>
internal static class ForecastSituations
{
    private static readonly ForecastingOptions Options = Demands.Options;

    private static readonly Demand[] Rows = Demands.Of(40);

    private static readonly Lazy<ForecastingTransformer> Model = new(() => Demands.Fit(Options, Rows));

    public static IEnumerable<Situation> All => [.. OfOptions, .. OfTables, .. OfEngines];

    private static IEnumerable<Situation> OfOptions =>
    [
        Of("Name at least one column to forecast", Options with { TargetColumnNames = [] }),
        Of("Give every column that is read or made a name", Options with { OutputColumnName = "" }),
        Of("Name it once: a target's own past is always used", Options with { KnownSoFarColumnNames = ["Sales"] }),
        Of("Give forecasts and bounds names that differ", Options with { ConfidenceLowerBoundColumn = "Forecast" }),
        Of("or take it out of the options", Options with { KnownSoFarColumnNames = ["Shop"] }),
        Of("Set Horizon to a smaller number", Options with { Horizon = 10_000, TargetColumnNames = ["Wide"] }, Wide(40)) with
        {
            Of = "too many weights",
        },
        Of("with a SeriesColumnName", Options with { TargetColumnNames = ["Wide"] }, Wide(65)),
    ];

    private static IEnumerable<Situation> OfTables =>
    [
        new("Give longer series", () => Demands.Fit(Options, Rows[..10]), () => Demands.Fit(Options, Rows)),
        new(
            "or set Horizon or Season to a smaller number", () => Demands.Fit(Options, Rows[..14]),
            () => Demands.Fit(Options with { Season = 1 }, Rows[..14])),
        new(
            "or give rows with targets",
            () => Demands.Fit(Options, Rows.Select(row => new Demand { Shop = "a", Sales = float.NaN, Day = row.Day })),
            () => Demands.Fit(Options, Rows)),
        new(
            "Give vectors of the sizes of the training rows",
            () => FitWide().Transform(Wide(3)),
            () => FitWide().Transform(Wide(2))),
        new(
            "or give rows that hold a whole history each to ForHistories", () => Model.Value.GetRowToRowMapper(Demands.View(Rows).Schema),
            () => Model.Value.ForHistories("History", "Holidays").GetRowToRowMapper(
                Doing.Ml.Data.LoadFromEnumerable<ShopHistory>([]).Schema)),
    ];

    private static IEnumerable<Situation> OfEngines =>
    [
        new("Make it StateLength long", () => State(Model.Value, 7), () => State(Model.Value, null)) { Of = "forecast" },
        new(
            "or begin the series anew", () => Model.Value.CreateForecastEngine().SetState(new byte[7]),
            () => Model.Value.CreateForecastEngine().SetState(State(Model.Value, null))),
        new(
            "Give SetState the bytes that GetState of an engine of the very same model wrote",
            () => Model.Value.CreateForecastEngine().SetState(State(Demands.Fit(Options with { Season = 1 }, Rows), null)),
            () => Model.Value.CreateForecastEngine().SetState(State(Model.Value, null))) { Of = "forecast" },
    ];

    private static Situation Of(string says, ForecastingOptions wrong, IDataView? table = null)
        => new(
            says, () => Doing.Ml.Forecasting.ForecastByStateSpace(wrong).Fit(table ?? Demands.View(Rows)),
            () => Demands.Fit(Options, Rows));

    private static ForecastingTransformer FitWide()
        => Doing.Ml.Forecasting.ForecastByStateSpace(Options with { TargetColumnNames = ["Wide"] }).Fit(Wide(2));

    private static byte[] State(ForecastingTransformer model, int? length)
    {
        var engine = model.CreateForecastEngine();
        byte[] state = new byte[length ?? engine.StateLength];
        engine.GetState(state);
        return state;
    }

    // The sales as a vector of so many equal values.
    private static IDataView Wide(int width)
    {
        var table = Demands.View(Rows);
        return Doing.Ml.Transforms.Concatenate("Wide", [.. Enumerable.Repeat("Sales", width)]).Fit(table).Transform(table);
    }
}
