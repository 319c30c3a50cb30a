using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>Which columns of a table are forecast, and from what. The table has one row a time step.</summary>
public sealed record ForecastingOptions
{
    /// <summary>The largest horizon, season and number of target values of a row.</summary>
    internal const int MostHorizon = 10_000, MostSeason = 100_000, MostTargets = 64;

    private const int MostThreads = 4096;

    /// <summary>
    /// The columns that are forecast: numbers, or vectors of numbers with a known size. A missing value is NaN, and counts as the last one
    /// that was known. At most 64 values a row; the many series of a <see cref="SeriesColumnName"/> are not meant here. Default: none; name
    /// at least one.
    /// </summary>
    public IReadOnlyList<string> TargetColumnNames { get; init; } = [];

    /// <summary>
    /// The column that says to which series a row belongs. One model is fitted for all series, in units of each one's own scale. Rows of a
    /// series must stand together, unless <see cref="SortsRows"/>. Default: <see langword="null"/>, the table is one series.
    /// </summary>
    public string? SeriesColumnName { get; init; }

    /// <summary>
    /// The column that orders the rows of a series: a number, a DateTime, a DateTimeOffset or a TimeSpan. It is checked, not learned from.
    /// Default: <see langword="null"/>, the order of the table.
    /// </summary>
    public string? OrderColumnName { get; init; }

    /// <summary>
    /// Whether rows are put in order: series in the order of their first rows, the rows of each by <see cref="OrderColumnName"/>. The
    /// columns that are read are then taken into memory. Default: <see langword="false"/>, a row out of order is an error.
    /// </summary>
    public bool SortsRows { get; init; }

    /// <summary>
    /// Columns of covariates whose future is known: calendar, plans, prices, a weather forecast. Numbers, or vectors of a known size. The
    /// forecasts of a row need their values in the next <see cref="Horizon"/> rows of the table. Default: none.
    /// </summary>
    public IReadOnlyList<string> KnownAheadColumnNames { get; init; } = [];

    /// <summary>Columns of covariates that are known up to now. Numbers, or vectors of a known size. Default: none.</summary>
    public IReadOnlyList<string> KnownSoFarColumnNames { get; init; } = [];

    /// <summary>
    /// Columns that are constant within a series, such as the kind of a shop. They are read as covariates, and may change what else acts
    /// upon the series, so that one model serves series of unlike kinds; held-out rows judge whether they help. Numbers, or vectors of a
    /// known size; a missing value is NaN. A value that changes within a series is an error. Default: none.
    /// </summary>
    public IReadOnlyList<string> StaticColumnNames { get; init; } = [];

    /// <summary>
    /// The column with the time since the row before, in any unit, where rows are not equally far apart: a positive number; that of the
    /// first row of a series is not looked at. Rows that are to be forecast carry it, too; where a series has no more rows, the median of
    /// the training rows counts. Averages then forget by the time, and forecasts depend on the time to their rows. There is no season.
    /// Where all intervals of the training rows are equal, the column changes nothing. Default: <see langword="null"/>.
    /// </summary>
    public string? IntervalColumnName { get; init; }

    /// <summary>Number of rows that are forecast, from 1 to 10,000. Default: 1.</summary>
    public int Horizon { get; init; } = 1;

    /// <summary>
    /// Number of rows that have equations of their own. The rows behind them are forecast from forecasts, as if these had been observed,
    /// block by block: for long horizons of short series, or for quicker fits. It may be at most 10,000, and counts where it is below
    /// <see cref="Horizon"/>. Default: <see langword="null"/>, which means <see cref="Horizon"/>.
    /// </summary>
    public int? TrainedHorizon { get; init; }

    /// <summary>
    /// Rows of a season, such as 24 for hours with a daily course; 1 means none. Default: <see langword="null"/>, which means the lag at
    /// which the training rows resemble themselves most, if there is a clear one.
    /// </summary>
    public int? Season { get; init; }

    /// <summary>The share of values that shall lie between the bounds, above 0 and below 1. Default: 0.95.</summary>
    public float ConfidenceLevel { get; init; } = 0.95f;

    /// <summary>
    /// The column of forecasts: a vector of Single, (horizon), or (horizon, targets) where there are several. Default: <c>Forecast</c>.
    /// </summary>
    public string OutputColumnName { get; init; } = "Forecast";

    /// <summary>The column of lower bounds, of the same shape. Default: <see langword="null"/>, no such column.</summary>
    public string? ConfidenceLowerBoundColumn { get; init; }

    /// <summary>The column of upper bounds, of the same shape. Default: <see langword="null"/>, no such column.</summary>
    public string? ConfidenceUpperBoundColumn { get; init; }

    /// <summary>Threads of the fit; the result does not depend on it. Default: <see langword="null"/>, one a processor.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// Ends a fit with an <see cref="OperationCanceledException"/>: a fit in closed form has no model before its end. Default: none.
    /// </summary>
    [JsonIgnore]
    public CancellationToken Cancellation { get; init; }

    /// <summary>The columns whose values are read, in the order of an engine's row.</summary>
    internal IEnumerable<string> InputNames()
    {
        IEnumerable<string> names = [.. TargetColumnNames, .. KnownSoFarColumnNames, .. KnownAheadColumnNames, .. StaticColumnNames];
        return IntervalColumnName is null ? names : names.Append(IntervalColumnName);
    }

    /// <summary>The columns that are made: forecasts, lower and upper bounds.</summary>
    internal string?[] OutputNames() => [OutputColumnName, ConfidenceLowerBoundColumn, ConfidenceUpperBoundColumn];

    /// <summary>Checks the options by themselves.</summary>
    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TargetColumnNames);
        ArgumentNullException.ThrowIfNull(KnownAheadColumnNames);
        ArgumentNullException.ThrowIfNull(KnownSoFarColumnNames);
        ArgumentNullException.ThrowIfNull(StaticColumnNames);
        OptionCheck.Size(Horizon, MostHorizon);
        OptionCheck.Size(TrainedHorizon, MostHorizon);
        OptionCheck.Size(Season, MostSeason);
        OptionCheck.Size(Threads, MostThreads);
        if (!(ConfidenceLevel > 0 && ConfidenceLevel < 1))
            throw new ArgumentOutOfRangeException(
                nameof(ConfidenceLevel), ConfidenceLevel, "ConfidenceLevel must lie between 0 and 1, such as 0.95.");
        if (TargetColumnNames.Count == 0)
            throw new ArgumentOutOfRangeException(
                nameof(TargetColumnNames), "TargetColumnNames is empty. Name at least one column to forecast.");
        if (InputNames().Append(OutputColumnName).Any(string.IsNullOrEmpty))
            throw new ArgumentException("The name of a column is empty. Give every column that is read or made a name.");
        if (InputNames().GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentOutOfRangeException(
                nameof(TargetColumnNames),
                $"Column '{twice.Key}' is named twice among targets and covariates. Name it once: a target's own past is always used.");
        if (OutputNames().OfType<string>().GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } repeated)
            throw new ArgumentOutOfRangeException(
                nameof(OutputColumnName),
                $"Two columns that are made have the name '{repeated.Key}'. Give forecasts and bounds names that differ.");
    }
}
