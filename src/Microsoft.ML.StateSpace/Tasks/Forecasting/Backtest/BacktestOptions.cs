namespace Microsoft.ML.StateSpace;

/// <summary>Which part of a table a forecaster is tested on, and beside what.</summary>
public sealed record BacktestOptions
{
    private const int MostRows = 100_000_000, MostRefits = 10_000;

    /// <summary>
    /// The share of each series, at its end, that is tested, above 0 and below 1; at least as many rows as the horizon. The rows before are
    /// learned from. Default: 0.2.
    /// </summary>
    public double TestFraction { get; init; } = 0.2;

    /// <summary>
    /// The rows of each series, at its end, that are tested; at least the horizon, at most 100,000,000. A series that is no longer is
    /// tested as one that the model has never seen. Default: <see langword="null"/>, the <see cref="TestFraction"/>.
    /// </summary>
    public int? TestRows { get; init; }

    /// <summary>
    /// How often the forecaster is fitted again inside of the test part, at rows equally far apart, from 0 to 10,000. Each fit learns from
    /// all rows before its place, and makes the forecasts up to the next one. Default: 0, one fit to the rows before the test part.
    /// </summary>
    public int Refits { get; init; }

    /// <summary>Rows from one origin of forecasts to the next, from 1 to 100,000,000. Default: 1, every row is an origin.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>
    /// Rows of the season of baselines and of scaled errors, from 1, which means none, to 100,000. Default: <see langword="null"/>, that of
    /// the forecaster, which the training part tells where <see cref="ForecastingOptions.Season"/> does not.
    /// </summary>
    public int? Season { get; init; }

    /// <summary>
    /// The forecasts that stand beside, in the order of the table. Default: all of <see cref="ForecastBaseline"/>: the last value, the last
    /// season, the last season with drift, and ridge regression over lags.
    /// </summary>
    public IReadOnlyList<ForecastBaseline> Baselines { get; init; } = ForecastBaseline.Usual;

    /// <summary>
    /// Whether the result keeps the series and every forecast, to draw them: 4 bytes a value, for each origin and model horizon times
    /// targets of them. Default: <see langword="false"/>.
    /// </summary>
    public bool KeepsForecasts { get; init; }

    /// <summary>Checks the options.</summary>
    /// <param name="horizon">The number of rows that are forecast.</param>
    internal void Validate(int horizon)
    {
        ArgumentNullException.ThrowIfNull(Baselines);
        if (!(TestFraction > 0 && TestFraction < 1))
            throw new ArgumentOutOfRangeException(
                nameof(TestFraction), TestFraction, "TestFraction must lie between 0 and 1, such as 0.2.");
        OptionCheck.Size(TestRows, MostRows);
        OptionCheck.Size(Stride, MostRows);
        OptionCheck.Size(Season, ForecastingOptions.MostSeason);
        OptionCheck.InRange(Refits, 0, MostRefits);
        if (TestRows < horizon)
            throw new ArgumentOutOfRangeException(
                nameof(TestRows), TestRows,
                $"The test part is shorter than the {horizon} rows of one forecast. Set TestRows to at least the Horizon.");
        string[] names = [BacktestResult.OwnName, .. Baselines.Select(baseline => baseline.Name)];
        if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException(
                $"Two of the forecasts in the table have the name '{twice.Key}'. Give each baseline a name of its own.", nameof(Baselines));
    }

    /// <summary>The first tested row of a series.</summary>
    /// <param name="rows">The rows up to its last target.</param>
    /// <param name="horizon">The number of rows that are forecast.</param>
    internal int TestStart(int rows, int horizon)
        => Math.Max(0, rows - (TestRows ?? Math.Max(horizon, (int)Math.Ceiling(TestFraction * rows))));
}
