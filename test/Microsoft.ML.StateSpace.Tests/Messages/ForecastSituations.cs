using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Tests.Forecasting;
using Microsoft.ML.StateSpace.Tests.Forecasting.Histories;

namespace Microsoft.ML.StateSpace.Tests.Messages;

/// <summary>What a forecaster cannot do with a table, with options, or with a state.</summary>
internal static class ForecastSituations
{
    private static readonly ForecastingOptions Options = Demands.Options;

    private static readonly Demand[] Rows = Demands.Of(40);

    private static readonly Lazy<ForecastingTransformer> Model = new(() => Demands.Fit(Options, Rows));

    public static IEnumerable<Situation> All => [.. OfOptions, .. OfNetworks, .. OfTables, .. OfEngines, .. OfBacktests];

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
        Of("or set it to null", Options with { IntervalColumnName = "Both" }) with { Of = "IntervalColumnName" },
        Of("with a SeriesColumnName", Options with { TargetColumnNames = ["Wide"] }, Wide(65)),
    ];

    private static readonly ForecastingOptions WithNetwork = Options with
    {
        Architecture = new S5Options { Layers = 1, ModelSize = 4, StateSize = 4 }, Training = new TrainingOptions { Seed = 1, Epochs = 1 },
    };

    private static IEnumerable<Situation> OfNetworks =>
    [
        OfNetwork("or leave ForecastingOptions.Training as it is", WithNetwork with { Architecture = null }),
        OfNetwork("Leave TrainedHorizon and IntervalColumnName null", WithNetwork with { Horizon = 2, TrainedHorizon = 1 }),
        OfNetwork("Leave Bidirectional null", WithNetwork with { Architecture = new S5Options { Bidirectional = true } }),
        OfNetwork("Leave TrainingOptions.Engine null", WithTraining(training => training with { Engine = new OtherEngine() })),
        OfNetwork(
            "Leave TrainingOptions.InitialParameters null",
            WithTraining(training => training with { InitialParameters = SavedParameters.FromFile("any") })),
        OfNetwork(
            "Leave Loss, OutputWeights and ValidationFraction of ForecastingOptions.Training as they are",
            WithTraining(training => training with { ValidationFraction = 0.2 })),
        OfNetwork("Raise MemoryBudget to at least", WithTraining(training => training with { MemoryBudget = 1 })) with { Of = "forecast" },
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
        Of(
            "KnownSoFarColumnNames instead of StaticColumnNames", Options with { StaticColumnNames = ["Returns"] }),
        Of("Merge rows of the same time, or fill the column", Options with { Season = 1, IntervalColumnName = "Since" }, At(0, 1, 1, 0)),
        Of("or set IntervalColumnName to null", Options with { Season = 7, IntervalColumnName = "Since" }, At(1, 2, 1, 3)),
        new(
            "or set TrainedHorizon or Season to a smaller number",
            () => Demands.Fit(Options with { Horizon = 9, TrainedHorizon = 4 }, Rows[..10]),
            () => Demands.Fit(Options with { Horizon = 9, TrainedHorizon = 4 }, Rows)),
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

    private static IEnumerable<Situation> OfBacktests =>
    [
        new("Set TestRows to at least the Horizon", () => Test(new() { TestRows = 2 }), () => Test(new() { TestRows = 3 })),
        new(
            "Give each baseline a name of its own", () => Test(new() { Baselines = [ForecastBaseline.Naive, Baseline("naive", 3)] }),
            () => Test(new() { Baselines = [ForecastBaseline.Naive, Baseline("mine", 3)] })),
        new(
            "Make its function return one value for each row that is forecast", () => Test(new() { Baselines = [Baseline("mine", 2)] }),
            () => Test(new() { Baselines = [Baseline("mine", 3)] })),
        new("Give longer series than the horizon", () => Test(new(), rows: 3), () => Test(new())),
        new(
            "than the horizon, or set Horizon to a smaller number", () => Test(new(), rows: 3),
            () => Doing.Ml.Forecasting.BacktestStateSpace(Demands.View(Rows[..8]), Options with { Horizon = 1, Season = 1 })),
        new(
            "Or set TestRows or TestFraction to a smaller number", () => Test(new() { TestRows = 30 }),
            () => Test(new() { TestRows = 10 })),
        new(
            "Give ForecastingOptions in its place",
            () => Doing.Ml.Forecasting.BacktestStateSpace(Demands.View(Rows), Model.Value, new() { Refits = 1 }),
            () => Test(new() { Refits = 1 })),
        new(
            "or set Refits to 0",
            () => Doing.Ml.Forecasting.BacktestStateSpace(Demands.View(Rows), Model.Value, new() { Refits = 1 }),
            () => Doing.Ml.Forecasting.BacktestStateSpace(Demands.View(Rows), Model.Value, new())),
    ];

    private static void Test(BacktestOptions test, int? rows = null)
        => Doing.Ml.Forecasting.BacktestStateSpace(Demands.View(Rows[..(rows ?? Rows.Length)]), Options, test);

    private static ForecastBaseline Baseline(string name, int values) => new(name, (_, _) => new float[values]);

    private static Situation Of(string says, ForecastingOptions wrong, IDataView? table = null)
        => new(
            says, () => Doing.Ml.Forecasting.ForecastByStateSpace(wrong).Fit(table ?? Demands.View(Rows)),
            () => Demands.Fit(Options, Rows));

    private static Situation OfNetwork(string says, ForecastingOptions wrong)
        => new(says, () => Demands.Fit(wrong, Rows), () => Demands.Fit(WithNetwork, Rows));

    private static ForecastingOptions WithTraining(Func<TrainingOptions, TrainingOptions> change)
        => WithNetwork with { Training = change(WithNetwork.Training) };

    private static ForecastingTransformer FitWide()
        => Doing.Ml.Forecasting.ForecastByStateSpace(Options with { TargetColumnNames = ["Wide"] }).Fit(Wide(2));

    private static byte[] State(ForecastingTransformer model, int? length)
    {
        var engine = model.CreateForecastEngine();
        byte[] state = new byte[length ?? engine.StateLength];
        engine.GetState(state);
        return state;
    }

    // Rows with these times since the row before, again and again.
    private static IDataView At(params float[] since)
        => Demands.View(Demands.Of(40).Select((row, i) =>
        {
            row.Since = since[i % since.Length];
            return row;
        }));

    // The sales as a vector of so many equal values.
    private static IDataView Wide(int width)
    {
        var table = Demands.View(Rows);
        return Doing.Ml.Transforms.Concatenate("Wide", [.. Enumerable.Repeat("Sales", width)]).Fit(table).Transform(table);
    }

    private sealed class OtherEngine : TrainingEngine
    {
        public override string ToString() => "another engine";
    }
}
