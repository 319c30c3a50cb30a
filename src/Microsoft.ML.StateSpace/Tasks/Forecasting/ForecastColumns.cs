using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Forecasting;

/// <summary>The columns of a table that a forecaster reads.</summary>
internal sealed class ForecastColumns
{
    public ForecastColumns(DataViewSchema table, ForecastingOptions options)
    {
        Check(Friend.ShapeOf(table), options);
        Options = options;
        Table = table;
        Series = options.SeriesColumnName is { } series ? table[series] : null;
        Order = options.OrderColumnName is { } order ? table[order] : null;
        Inputs = [.. options.InputNames().Select(name => table[name])];
        Statics = [.. options.StaticColumnNames.SelectMany(name => Enumerable.Repeat(name, NumberSteps.WidthOf(table[name])))];
        Interval = options.IntervalColumnName is { } interval ? table[interval] : null;
        var ahead = options.KnownAheadColumnNames.Select(name => table[name]);
        Ahead = [.. Interval is { } last ? ahead.Append(last) : ahead];
    }

    public ForecastingOptions Options { get; }

    public DataViewSchema Table { get; }

    public DataViewSchema.Column? Series { get; }

    public DataViewSchema.Column? Order { get; }

    /// <summary>The interval since the row before.</summary>
    public DataViewSchema.Column? Interval { get; }

    /// <summary>Targets, covariates known so far, covariates known ahead, static covariates, interval.</summary>
    public DataViewSchema.Column[] Inputs { get; }

    /// <summary>The columns of the static covariates, one a value; these are the last values of a row, but for the interval.</summary>
    public string[] Statics { get; }

    /// <summary>The covariates known ahead, and the interval.</summary>
    public DataViewSchema.Column[] Ahead { get; }

    /// <summary>The columns that one pass over the series needs.</summary>
    public IEnumerable<DataViewSchema.Column> Needed
        => new[] { Series, Order }.OfType<DataViewSchema.Column>().Concat(Inputs).DistinctBy(column => column.Index);

    /// <summary>The sizes of a model that reads these columns; the season is that of the options.</summary>
    public ForecastShape Shape => new()
    {
        Targets = Width(Options.TargetColumnNames), KnownSoFar = Width(Options.KnownSoFarColumnNames),
        KnownAhead = Width(Options.KnownAheadColumnNames), Statics = Width(Options.StaticColumnNames), Horizon = Options.Horizon,
        Trained = Options.TrainedHorizon is { } trained && trained < Options.Horizon ? trained : 0,
        Season = Options.Season is { } season && season > 1 ? season : 0, HasIntervals = Interval is not null,
        IsCurved = Options.KnownAheadColumnNames.Count > 0,
    };

    /// <summary>The table with its rows in order.</summary>
    public IDataView InOrder(IDataView table) => Options.SortsRows ? new SortedTable(table, Series, Order) : table;

    /// <summary>Checks the types of the columns.</summary>
    public static void Check(SchemaShape table, ForecastingOptions options)
    {
        TableShape.CheckGroup(table, options.SeriesColumnName, nameof(options.SeriesColumnName));
        TableShape.CheckTime(table, options.OrderColumnName, nameof(options.OrderColumnName));
        foreach (string name in options.InputNames())
        {
            var column = ColumnCheck.Find(table, name);
            if (name == options.IntervalColumnName && column.Kind != SchemaShape.Column.VectorKind.Scalar)
                throw ColumnCheck.WrongType(
                    name, ColumnCheck.Describe(column), "a number",
                    "Name a column with the time since the row before as IntervalColumnName, or set it to null.");
            if (!TableShape.IsNumbers(column))
                throw ColumnCheck.WrongType(
                    name, ColumnCheck.Describe(column), TableShape.Numbers,
                    "Make it numbers with ConvertType or OneHotEncoding, or take it out of the options.");
        }
    }

    /// <summary>The number of values in a row of a column.</summary>
    public int WidthOf(string name) => Width([name]);

    private int Width(IEnumerable<string> names) => NumberSteps.WidthOf(names.Select(name => Table[name]));
}
