using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Which columns of a table are watched for anomalies, and when there is an alert. The table has one row a time step. Its columns are those
/// of a forecaster (<see cref="ForecastingOptions"/>) of the next row.
/// </summary>
public sealed record AnomalyOptions
{
    private const int MostSpike = 10_000;

    private const double LeastConfidence = 50;

    /// <summary>
    /// The columns that are watched: numbers, or vectors of numbers with a known size, at most 64 values a row. A missing value is NaN; it
    /// gets no score. Default: none; name at least one.
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
    /// Columns of covariates that explain a value of their own row: calendar, plans, the weather. Numbers, or vectors of a known size.
    /// Default: none.
    /// </summary>
    public IReadOnlyList<string> KnownAheadColumnNames { get; init; } = [];

    /// <summary>
    /// Columns of covariates of which only the rows before may explain a value, since they are measured together with it. Numbers, or
    /// vectors of a known size. Default: none.
    /// </summary>
    public IReadOnlyList<string> KnownSoFarColumnNames { get; init; } = [];

    /// <summary>
    /// Columns that are constant within a series, such as the kind of a machine, so that one model serves series of unlike kinds. Numbers,
    /// or vectors of a known size; a missing value is NaN. A value that changes within a series is an error. Default: none.
    /// </summary>
    public IReadOnlyList<string> StaticColumnNames { get; init; } = [];

    /// <summary>
    /// The column with the time since the row before, in any unit, where rows are not equally far apart: a positive number; that of the
    /// first row of a series is not looked at. A row is then forecast for its own time. There is no season. Errors behind short and long
    /// intervals are compared with the same ones, so where errors grow with the time, alerts are more frequent behind long ones. Default:
    /// <see langword="null"/>, rows are equally far apart.
    /// </summary>
    public string? IntervalColumnName { get; init; }

    /// <summary>
    /// Rows of a season, such as 24 for hours with a daily course; 1 means none. Default: <see langword="null"/>, which means the lag at
    /// which the training rows resemble themselves most, if there is a clear one.
    /// </summary>
    public int? Season { get; init; }

    /// <summary>
    /// The confidence of an alert in percent, as ML.NET's detectors have it, from 50 to below 100: there is an alert where the p-value is
    /// below 1 - confidence / 100. Of rows without an anomaly, so many get a false one. Default: 99.
    /// </summary>
    public double Confidence { get; init; } = 99;

    /// <summary>Whether values that are too large or too small are meant. Default: <see cref="AlertSide.TwoSided"/>.</summary>
    public AlertSide Side { get; init; } = AlertSide.TwoSided;

    /// <summary>
    /// Rows that a spike lasts at most, from 0 to 10,000. So many alerted values in succession are not learned from: their forecast stands
    /// in their place, so that they do not disturb the next forecasts. What lasts longer is a new level, and is learned. Default: 0, every
    /// value is learned from.
    /// </summary>
    public int LongestSpike { get; init; }

    /// <summary>
    /// The column that is made: a vector of Double, (alert, raw score, p-value), or (targets, 3) where there are several.
    /// Default: <c>Anomaly</c>.
    /// </summary>
    public string OutputColumnName { get; init; } = "Anomaly";

    /// <summary>Threads of the fit; the result does not depend on it. Default: <see langword="null"/>, one a processor.</summary>
    public int? Threads { get; init; }

    /// <summary>Ends a fit with an <see cref="OperationCanceledException"/>; there is no detector before its end. Default: none.</summary>
    [JsonIgnore]
    public CancellationToken Cancellation { get; init; }

    /// <summary>The p-value below which there is an alert.</summary>
    internal double Level => Math.Round(1 - Confidence / 100, 12);

    /// <summary>The forecaster of the next row.</summary>
    internal ForecastingOptions Forecaster => new()
    {
        TargetColumnNames = TargetColumnNames, SeriesColumnName = SeriesColumnName, OrderColumnName = OrderColumnName,
        SortsRows = SortsRows, KnownAheadColumnNames = KnownAheadColumnNames, KnownSoFarColumnNames = KnownSoFarColumnNames,
        StaticColumnNames = StaticColumnNames, IntervalColumnName = IntervalColumnName, Season = Season,
        OutputColumnName = OutputColumnName, Threads = Threads, Cancellation = Cancellation,
    };

    /// <summary>Checks the options by themselves.</summary>
    internal void Validate()
    {
        Forecaster.Validate();
        if (!(Confidence >= LeastConfidence && Confidence < 100))
            throw new ArgumentOutOfRangeException(
                nameof(Confidence), Confidence, "Confidence is in percent, from 50 to below 100. Give a number such as 99.");
        if (!Enum.IsDefined(Side))
            throw new ArgumentOutOfRangeException(nameof(Side), Side, "Side must be one of AlertSide.");
        if (LongestSpike is < 0 or > MostSpike)
            throw new ArgumentOutOfRangeException(
                nameof(LongestSpike), LongestSpike, $"LongestSpike must lie in [0, {MostSpike}].");
    }
}
