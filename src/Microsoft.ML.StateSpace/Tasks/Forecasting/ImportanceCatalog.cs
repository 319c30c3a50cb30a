using Microsoft.ML.StateSpace;

namespace Microsoft.ML;

public static partial class StateSpaceCatalogExtensions
{
    /// <summary>
    /// Measures how much a forecaster makes of each column of covariates: by how much the errors of all forecasts of a table rise when the
    /// column alone is shifted in time. It stands in the place of ML.NET's <c>PermutationFeatureImportance</c>, which knows no series.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Forecasting</c>.</param>
    /// <param name="model">The fitted forecaster.</param>
    /// <param name="table">Rows with known targets. Take rows that it was not trained on.</param>
    /// <param name="repeats">How often each column is shifted, each time by another stretch of time. At least 1.</param>
    /// <param name="seed">Chooses the stretches of time.</param>
    /// <returns>
    /// An entry for each column of covariates known so far, of those known ahead, and for the column of intervals, in this order. Static
    /// covariates have none, since a shift in time changes nothing about them.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or <paramref name="repeats"/> is below 1.
    /// </exception>
    /// <exception cref="InvalidOperationException">No forecast has an error.</exception>
    /// <example>
    /// <code>
    /// foreach (CovariateImportance covariate in mlContext.Forecasting.CovariateImportance(model, testTable))
    ///     Console.WriteLine($"without {covariate.Name} errors rise by {covariate.Mean:p0}");
    /// </code>
    /// </example>
    public static IReadOnlyList<CovariateImportance> CovariateImportance(
        this ForecastingCatalog catalog, ForecastingTransformer model, IDataView table, int repeats = 5, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentOutOfRangeException.ThrowIfLessThan(repeats, 1);
        return Microsoft.ML.StateSpace.CovariateImportance.Of(
            model.SchemaOf(table.Schema).Columns, model.Model, table, repeats, seed);
    }
}
