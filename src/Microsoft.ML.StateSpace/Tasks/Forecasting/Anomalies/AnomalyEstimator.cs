using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Fits a detector of anomalies to a table with one row a time step. Created by
/// <c>mlContext.AnomalyDetection.DetectAnomaliesByStateSpace</c>.
/// </summary>
/// <remarks>
/// <para><b>Score.</b> A row is scored by the forecast of it that could be made before it was seen (<see cref="ForecastingEstimator"/> with
/// a horizon of one row). The raw score is the error of that forecast: positive where the value is larger than was expected. Its unit is
/// the mean size of the errors of its series up to then, which forgets after 64 rows.</para>
/// <para><b>P-value.</b> The error is compared with those of the last 40 % of each training series, made by equations that had not seen
/// them: of n such errors, the p-value is the share (1 + count at least as extreme) / (n + 1), a conformal p-value (Vovk, Gammerman and
/// Shafer 2005), on both sides twice the smaller one. Where the future is like that part, a p-value is below a with probability a, whatever
/// the distribution of errors. An error beyond all of them gets 1 / (n + 1) times the share that a generalised Pareto tail of the most
/// extreme tenth leaves (Hosking and Wallis 1987; for alerts Siffer et al., KDD 2017), so that rare events can be told from rarer ones.
/// That part is an extrapolation. Anomalies in the training rows make p-values larger.</para>
/// </remarks>
/// <example>
/// <code>
/// var pipeline = mlContext.AnomalyDetection.DetectAnomaliesByStateSpace("Anomaly", "Load", confidence: 99.5);
/// AnomalyTransformer model = pipeline.Fit(table);
/// IDataView scored = model.Transform(table); // Anomaly: alert (0 or 1), raw score, p-value
/// </code>
/// </example>
public sealed class AnomalyEstimator : IEstimator<AnomalyTransformer>
{
    private readonly AnomalyOptions _options;

    internal AnomalyEstimator(AnomalyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Fits the detector.</summary>
    /// <param name="input">A table with the columns that the options name. The rows of a series stand together and in order.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    /// <exception cref="InvalidOperationException">
    /// The rows are out of order, or the series too short. The message names the row or the number of rows, and a remedy.
    /// </exception>
    public AnomalyTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        var errors = new List<ForecastError>();
        var forecaster = new ForecastingEstimator(_options.Forecaster).Fit(input, errors);
        return new AnomalyTransformer(new AnomalyModel(
            _options with { Season = forecaster.Options.Season, Cancellation = default }, forecaster.Model,
            [.. errors.GroupBy(error => error.Target).OrderBy(target => target.Key).Select(ErrorLevels.Of)]));
    }

    /// <summary>Returns the columns of the table and that of the anomalies.</summary>
    /// <param name="inputSchema">The columns of the table.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _options.Validate();
        ForecastColumns.Check(inputSchema, _options.Forecaster);
        return inputSchema.With(Friend.Column(
            _options.OutputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Double,
            annotations: [Friend.Column(AnnotationKinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance)]));
    }
}
