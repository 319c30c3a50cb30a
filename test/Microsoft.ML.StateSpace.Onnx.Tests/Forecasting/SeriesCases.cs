namespace Microsoft.ML.StateSpace.Onnx.Tests.Forecasting;

/// <summary>Options of forecasters, of everything that they can be.</summary>
internal static class SeriesCases
{
    public static readonly MLContext Ml = new(seed: 1);

    private static readonly ForecastingOptions Plain = new()
    {
        TargetColumnNames = ["Sales"], SeriesColumnName = "Shop", Horizon = 4, Season = 1, Threads = 2,
        ConfidenceLowerBoundColumn = "Lower", ConfidenceUpperBoundColumn = "Upper",
    };

    private static readonly Dictionary<string, ForecastingOptions> All = new()
    {
        ["One target"] = Plain,
        ["Two targets"] = Plain with { TargetColumnNames = ["Sales", "Visits"] },
        ["A season"] = Plain with { Season = 8, Horizon = 12 },
        ["A season longer than all averages"] = Plain with { Season = 300 },
        ["Known so far"] = Plain with { KnownSoFarColumnNames = ["Queue"] },
        ["Known ahead"] = Plain with { KnownAheadColumnNames = ["Plan"] },
        ["All columns"] = Plain with
        {
            TargetColumnNames = ["Sales", "Visits"], Season = 8, KnownSoFarColumnNames = ["Queue"], KnownAheadColumnNames = ["Plan"],
            StaticColumnNames = ["Kind"], Horizon = 5,
        },
        ["Intervals"] = Plain with { IntervalColumnName = "Gap", StaticColumnNames = ["Kind"] },
        ["Intervals and known ahead"] = Plain with
        {
            TargetColumnNames = ["Sales", "Visits"], IntervalColumnName = "Gap", KnownAheadColumnNames = ["Plan"],
        },
        ["Recursion"] = Plain with { Horizon = 7, TrainedHorizon = 3, Season = 8 },
        ["Recursion of one step, all columns"] = Plain with
        {
            TargetColumnNames = ["Sales", "Visits"], Season = 8, KnownSoFarColumnNames = ["Queue"], KnownAheadColumnNames = ["Plan"],
            StaticColumnNames = ["Kind"], Horizon = 5, TrainedHorizon = 1,
        },
        ["Recursion with intervals"] = Plain with { IntervalColumnName = "Gap", Horizon = 5, TrainedHorizon = 2 },
        ["A network"] = Network(Plain),
        ["A network that looks ahead"] = Network(Plain with { KnownAheadColumnNames = ["Plan"], Season = 8 }),
        ["A network, all columns"] = Network(
            Plain with
            {
                TargetColumnNames = ["Sales", "Visits"], KnownSoFarColumnNames = ["Queue"], KnownAheadColumnNames = ["Plan"],
                StaticColumnNames = ["Kind"], Horizon = 2,
            }),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>The forecaster of a case, and the rows that it was fitted to.</summary>
    public static (ForecastingTransformer Model, SeriesRow[] Rows) Create(string name)
    {
        var rows = SeriesRow.Table(3, All[name].Season > 100 ? 1000 : All[name].Architecture is null ? 150 : 400);
        return (Ml.Forecasting.ForecastByStateSpace(All[name]).Fit(Ml.Data.LoadFromEnumerable(rows)), rows);
    }

    /// <summary>
    /// The values of a row in the order of an engine. Some are what a fit would refuse and an engine takes: intervals that are not known,
    /// and plans without end.
    /// </summary>
    public static float[] Values(ForecastingOptions options, SeriesRow row)
        => [.. options.InputNames().SelectMany(name => name == "Plan" ? Plan(row) : [Number(row, name)])];

    /// <summary>What is known ahead of a row.</summary>
    public static float[] Ahead(ForecastingOptions options, SeriesRow row)
        =>
        [
            .. options.KnownAheadColumnNames.Count > 0 ? Plan(row) : [],
            .. options.IntervalColumnName is null ? [] : new[] { Number(row, "Gap") },
        ];

    private static float[] Plan(SeriesRow row) => float.IsNaN(row.Queue) ? [float.PositiveInfinity, row.Plan[1]] : row.Plan;

    private static float Number(SeriesRow row, string name) => name switch
    {
        "Sales" => row.Sales,
        "Visits" => row.Visits,
        "Queue" => row.Queue,
        "Kind" => row.Kind,
        "Gap" => row.Gap == 3 ? float.NaN : row.Gap,
        _ => throw new ArgumentException(name),
    };

    private static ForecastingOptions Network(ForecastingOptions options) => options with
    {
        Architecture = new S5Options { Layers = 1, ModelSize = 16, StateSize = 8 },
        Training = new TrainingOptions { Seed = 2, Epochs = 60, LearningRate = 0.01 },
    };
}
