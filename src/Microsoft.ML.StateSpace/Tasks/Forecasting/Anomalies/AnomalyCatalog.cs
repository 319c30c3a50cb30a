using Microsoft.ML.StateSpace;

namespace Microsoft.ML;

public static partial class StateSpaceCatalogExtensions
{
    /// <summary>
    /// Creates an estimator that finds anomalies in one series, in the manner of ML.NET's <c>DetectSpikeBySsa</c>, with no window to
    /// choose.
    /// </summary>
    /// <param name="catalog"><c>mlContext.AnomalyDetection</c>.</param>
    /// <param name="outputColumnName">
    /// The column that is made: a vector of Double with the alert (1 or 0), the raw score and the p-value.
    /// </param>
    /// <param name="inputColumnName">The column that is watched, one row a time step.</param>
    /// <param name="confidence">The confidence of an alert in percent, from 50 to below 100.</param>
    /// <param name="side">Whether values that are too large or too small are meant.</param>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.AnomalyDetection.DetectAnomaliesByStateSpace("Anomaly", "Load", confidence: 99.5);
    /// AnomalyTransformer model = pipeline.Fit(table);
    /// </code>
    /// </example>
    public static AnomalyEstimator DetectAnomaliesByStateSpace(
        this AnomalyDetectionCatalog catalog, string outputColumnName, string inputColumnName, double confidence = 99,
        AlertSide side = AlertSide.TwoSided)
        => DetectAnomaliesByStateSpace(catalog, new AnomalyOptions
        {
            OutputColumnName = outputColumnName, TargetColumnNames = [inputColumnName], Confidence = confidence, Side = side,
        });

    /// <summary>
    /// Creates an estimator that finds anomalies in many series by one model, with covariates that explain what is no anomaly.
    /// </summary>
    /// <param name="catalog"><c>mlContext.AnomalyDetection</c>.</param>
    /// <param name="options">The columns, and when there is an alert.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is <see langword="null"/>.</exception>
    /// <example>
    /// <code>
    /// var pipeline = mlContext.AnomalyDetection.DetectAnomaliesByStateSpace(new AnomalyOptions
    /// {
    ///     TargetColumnNames = ["Load"], SeriesColumnName = "Meter", OrderColumnName = "Time", KnownAheadColumnNames = ["Temperature"],
    ///     Confidence = 99.9, Side = AlertSide.Positive,
    /// });
    /// </code>
    /// </example>
    public static AnomalyEstimator DetectAnomaliesByStateSpace(this AnomalyDetectionCatalog catalog, AnomalyOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new AnomalyEstimator(options);
    }
}
