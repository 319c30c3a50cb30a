using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// How sequences are made of a table that has one row a time step: which column names the sequence, which order the rows, and which are
/// read.
/// </summary>
public abstract record TableOptions
{
    private protected TableOptions()
    {
    }

    /// <summary>
    /// The column that says to which sequence a row belongs: text, a key, a number, or any other scalar that can be compared. Rows of a
    /// group must stand together, unless <see cref="SortsRows"/>. It goes out under its own name. Default: <see langword="null"/>, which
    /// means that the whole table is one sequence.
    /// </summary>
    public string? GroupColumnName { get; init; }

    /// <summary>
    /// The column by which the rows of a group are ordered: a number, a DateTime, a DateTimeOffset or a TimeSpan, none of them missing.
    /// Rows of equal order stay as they come. Default: <see langword="null"/>, which means <see cref="TimeColumnName"/>, and where there is
    /// none either, the order of the table.
    /// </summary>
    public string? OrderColumnName { get; init; }

    /// <summary>
    /// Whether rows are put in order: groups in the order of their first rows, the rows of a group by <see cref="OrderColumnName"/>. Each
    /// reading then takes the columns that it needs into memory before the first sequence. Default: <see langword="false"/>, which means
    /// that a row out of order is an error, and that memory does not grow with the table.
    /// </summary>
    public bool SortsRows { get; init; }

    /// <summary>
    /// The columns whose values are a time step, in this order: numbers and Booleans of any type, and vectors of such with a known size,
    /// which become Single; or a single column of keys, whose values are then tokens. Default: none; at least one must be named.
    /// </summary>
    public IReadOnlyList<string> FeatureColumnNames { get; init; } = [];

    /// <summary>
    /// The columns with what is to be predicted; <see cref="Target"/> says of which rows. One column of scalars keeps its type: text stays
    /// text, so that <c>MapValueToKey</c> can follow. For every step, numbers become Single. Several columns must hold numbers, and become
    /// a vector of Single. Default: none.
    /// </summary>
    public IReadOnlyList<string> LabelColumnNames { get; init; } = [];

    /// <summary>Whether there is a label for a sequence, or for each time step. Default: <see cref="TableTarget.Sequence"/>.</summary>
    public TableTarget Target { get; init; }

    /// <summary>
    /// The column with the time of a row, of the types of <see cref="OrderColumnName"/>. It becomes the time since the row before, for
    /// models that take intervals. Two rows of a group with the same time are an error. Default: <see langword="null"/>, which means that
    /// rows are equally far apart, and that there is no column of intervals.
    /// </summary>
    public string? TimeColumnName { get; init; }

    /// <summary>
    /// The time that counts as an interval of 1: in the column's own numbers, or in seconds where it holds a DateTime, a DateTimeOffset or
    /// a TimeSpan. Default: <see langword="null"/>, which means the median of the first 10,000 steps inside of groups; a pipeline takes it
    /// in <c>Fit</c> and keeps it.
    /// </summary>
    public double? TimeUnit { get; init; }

    /// <summary>The column that is made for the time steps, a vector in time-major order. Default: <c>Features</c>.</summary>
    public string FeatureOutputColumnName { get; init; } = "Features";

    /// <summary>The column that is made for the labels, where there are any. Default: <c>Label</c>.</summary>
    public string LabelOutputColumnName { get; init; } = "Label";

    /// <summary>The column that is made for the intervals, where there is a time column. Default: <c>Intervals</c>.</summary>
    public string IntervalOutputColumnName { get; init; } = "Intervals";

    /// <summary>
    /// The column that is made for the place of a sequence's first row in the table (Int64, counted from 0; where <see cref="SortsRows"/>,
    /// in the sorted one). Default: <c>FirstRow</c>.
    /// </summary>
    public string FirstRowColumnName { get; init; } = "FirstRow";

    /// <summary>The column that is made for the place of a sequence's last row in the table. Default: <c>LastRow</c>.</summary>
    public string LastRowColumnName { get; init; } = "LastRow";

    /// <summary>The column that orders the rows, which may be that of the time.</summary>
    internal string? Ordering => OrderColumnName ?? TimeColumnName;

    /// <summary>The number of rows of all sequences; 0 where it varies.</summary>
    internal abstract int KnownLength { get; }

    /// <summary>How far ahead of a sequence's rows its labels stand.</summary>
    internal virtual int RowsAhead => 0;

    /// <summary>Which rows make a sequence.</summary>
    internal abstract Framing Framing(bool hasLabels);

    /// <summary>The columns that are made, whether there are any or not.</summary>
    internal IEnumerable<string> OutputNames()
        => [FeatureOutputColumnName, LabelOutputColumnName, IntervalOutputColumnName, FirstRowColumnName, LastRowColumnName];

    private static void RequireNames(string option, params string?[] names)
    {
        if (names.Any(string.IsNullOrEmpty))
            throw new ArgumentException($"{option} holds an empty name. Give it the name of a column.", option);
    }

    /// <summary>Checks the options by themselves.</summary>
    internal virtual void Validate()
    {
        ArgumentNullException.ThrowIfNull(FeatureColumnNames);
        ArgumentNullException.ThrowIfNull(LabelColumnNames);
        RequireNames(nameof(FeatureColumnNames), [.. FeatureColumnNames]);
        RequireNames(nameof(LabelColumnNames), [.. LabelColumnNames]);
        RequireNames(nameof(FeatureOutputColumnName), FeatureOutputColumnName);
        RequireNames(nameof(LabelOutputColumnName), LabelOutputColumnName);
        RequireNames(nameof(IntervalOutputColumnName), IntervalOutputColumnName);
        RequireNames(nameof(FirstRowColumnName), FirstRowColumnName);
        RequireNames(nameof(LastRowColumnName), LastRowColumnName);
        if (FeatureColumnNames.Count == 0)
            throw new ArgumentOutOfRangeException(
                nameof(FeatureColumnNames), "FeatureColumnNames is empty. Name at least one column with values of the time steps.");
        if (!Enum.IsDefined(Target))
            throw new ArgumentOutOfRangeException(nameof(Target), Target, "Target must be Sequence or EveryStep.");
        if (TimeUnit is { } unit && !(unit > 0 && double.IsFinite(unit)))
            throw new ArgumentOutOfRangeException(
                nameof(TimeUnit), unit, "TimeUnit must be a positive number. Leave it null for the median step of the table.");
        string[] names = [.. OutputNames(), .. GroupColumnName is null ? Array.Empty<string>() : [GroupColumnName]];
        if (names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } repeated)
            throw new ArgumentOutOfRangeException(
                nameof(FeatureOutputColumnName),
                $"Two columns of the sequences would have the name '{repeated.Key}'. Give the options of the columns that are made, such "
                + "as LabelOutputColumnName, names that differ from one another and from GroupColumnName.");
    }
}
