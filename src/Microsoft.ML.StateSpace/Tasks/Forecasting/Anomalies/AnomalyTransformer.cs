using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Interop;

[assembly: LoadableClass(
    typeof(ITransformer), typeof(AnomalyTransformer), null,
    typeof(SignatureLoadModel), "", AnomalyTransformer.LoaderName)]

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Tells which rows of series are anomalies. Created by <see cref="AnomalyEstimator"/>. It keeps the rows of a table, and adds to each how
/// improbable it was under the forecast that was made before it was seen.
/// </summary>
public sealed class AnomalyTransformer : ITransformer
{
    internal const string LoaderName = "StateSpaceAnomaly";
    private const string Signature = "SSANOMAL";

    private readonly AnomalyModel _model;
    private readonly ForecastingTransformer _forecaster;

    internal AnomalyTransformer(AnomalyModel model)
    {
        _model = model;
        _forecaster = new ForecastingTransformer(model.Options.Forecaster, model.Forecaster);
    }

    /// <summary>The options. <see cref="AnomalyOptions.Season"/> is filled in: 1 where there is none.</summary>
    public AnomalyOptions Options => _model.Options;

    /// <summary>Always <see langword="false"/>: a score needs the rows before.</summary>
    public bool IsRowToRowMapper => false;

    /// <summary>Returns the columns of the table and that of the anomalies.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return SchemaOf(inputSchema).Schema;
    }

    /// <summary>
    /// Returns the rows of a table with their scores, in sorted order where <see cref="AnomalyOptions.SortsRows"/>. Of each target there
    /// are the alert (1 or 0), the raw score (the error of the forecast, in units of the mean size of the errors of its series up to then)
    /// and the p-value. In the first rows of a series, 32 or a whole season, and where a target is missing, the alert is 0, and score and
    /// p-value are NaN.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var schema = SchemaOf(input.Schema);
        var rows = schema.Columns.InOrder(input);
        return new SeriesView(schema.Schema, input, active => new AnomalyCursor(schema, _model, rows, active));
    }

    /// <summary>Makes an engine that scores the rows of one series as they arrive.</summary>
    public AnomalyEngine CreateAnomalyEngine() => new(_model);

    /// <summary>Is not possible: no row of a table alone can be scored.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
        => throw new NotSupportedException(
            "An anomaly is one among the rows before, so it cannot be told row by row, as a PredictionEngine asks. Call Transform with the "
            + "rows of the series, or make an engine with CreateAnomalyEngine.");

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelStream.Save(ctx, Signature, LoaderName, AnomalyPayload.Write(_model));

    // ML.NET finds this method by its name and exact signature, from the registration above.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
        => new AnomalyTransformer(ModelStream.Load(ctx, Signature, LoaderName, AnomalyPayload.Read));

    /// <summary>What it knows.</summary>
    internal AnomalyModel Model => _model;

    private AnomalySchema SchemaOf(DataViewSchema table)
        => new(_forecaster.SchemaOf(table).Columns, Options.OutputColumnName, _model.Levels.Length);
}
