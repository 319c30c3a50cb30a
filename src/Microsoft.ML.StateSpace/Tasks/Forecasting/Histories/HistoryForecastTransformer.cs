using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;

[assembly: LoadableClass(
    typeof(ITransformer), typeof(HistoryForecastTransformer), null,
    typeof(SignatureLoadModel), "", HistoryForecastTransformer.LoaderName)]

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Forecasts rows that hold a whole history each. Created by <see cref="ForecastingTransformer.ForHistories"/>. A row depends on itself
/// alone, so prediction engines and pools of them take it. Any number of them may use it at the same time.
/// </summary>
/// <example>
/// <code>
/// HistoryForecastTransformer rows = model.ForHistories("History", "Holidays");
/// var engine = mlContext.Model.CreatePredictionEngine&lt;ShopHistory, ShopForecast&gt;(rows);
/// </code>
/// </example>
public sealed class HistoryForecastTransformer : ITransformer
{
    internal const string LoaderName = "StateSpaceHistory";
    private const string Signature = "SSHISTOR";

    private readonly HistoryColumns _columns;
    private readonly ForecastModel _model;

    internal HistoryForecastTransformer(HistoryColumns columns, ForecastingOptions options, ForecastModel model)
        => (_columns, Options, _model) = (columns, options, model);

    /// <summary>The options of the forecaster.</summary>
    public ForecastingOptions Options { get; }

    /// <summary>The column of histories.</summary>
    public string HistoryColumnName => _columns.History;

    /// <summary>The column of the covariates known ahead; <see langword="null"/> where there are none.</summary>
    public string? KnownAheadColumnName => _columns.Ahead;

    /// <summary>Always <see langword="true"/>: the forecasts of a row depend on that row alone.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>Returns the columns of the rows and the forecasts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => MapperOf(inputSchema).OutputSchema;

    /// <summary>Returns the rows with the forecasts behind the last time step of each. They are made when they are read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new HistoryView(MapperOf(input.Schema), input);
    }

    /// <summary>Binds the transformer to a schema, to forecast single rows.</summary>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => MapperOf(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
        => ModelStream.Save(ctx, Signature, LoaderName, HistoryPayload.Write(_columns, Options, _model));

    // ML.NET finds this method by its name and exact signature, from the registration above.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (columns, options, model) = ModelStream.Load(ctx, Signature, LoaderName, HistoryPayload.Read);
        return new HistoryForecastTransformer(columns, options, model);
    }

    /// <summary>The equations.</summary>
    internal ForecastModel Model => _model;

    private HistoryMapper MapperOf(DataViewSchema schema) => new(_columns, Options, _model, schema);
}
