using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML;

public static partial class StateSpaceCatalogExtensions
{
    /// <summary>
    /// Splits a table by time, never by chance: the training rows are those of each series without its last ones. A test takes all rows,
    /// since a forecast of the last ones needs those before.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Forecasting</c>.</param>
    /// <param name="table">A table with one row a time step.</param>
    /// <param name="options">Which columns tell series and order.</param>
    /// <param name="rows">How many rows of each series are held out, at least 1.</param>
    /// <returns>The training rows, and all rows, both in order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or <paramref name="rows"/> is below 1.
    /// </exception>
    /// <exception cref="InvalidOperationException">The rows are out of order, or no series has more rows.</exception>
    /// <example>
    /// <code>
    /// var (train, all) = mlContext.Forecasting.HoldOutEnd(table, options, rows: 28);
    /// ForecastingTransformer model = mlContext.Forecasting.ForecastByStateSpace(options).Fit(train);
    /// IDataView forecasts = model.Transform(all); // judge those of the last 28 rows of each series
    /// </code>
    /// </example>
    public static (IDataView Train, IDataView All) HoldOutEnd(
        this ForecastingCatalog catalog, IDataView table, ForecastingOptions options, int rows)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        options.Validate();
        var columns = new ForecastColumns(table.Schema, options);
        var ordered = columns.InOrder(table);
        var lengths = new List<int>();
        using (var all = new TableRows(ordered.GetRowCursor(columns.Needed)))
        {
            var series = new SeriesRows(columns, all);
            while (all.MoveNext())
            {
                if (series.Read())
                    lengths.Add(0);
                lengths[^1]++;
            }
        }
        if (!lengths.Any(length => length > rows))
            throw new InvalidOperationException(
                $"The longest series has {lengths.DefaultIfEmpty().Max()} rows, so none is left to learn from when {rows} are held out. "
                + "Hold out fewer rows.");
        return (new SeriesHeads(ordered, [.. lengths.Select(length => (length, Math.Max(0, length - rows)))]), ordered);
    }
}
