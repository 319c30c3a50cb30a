using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;

[assembly: LoadableClass(
    typeof(ITransformer), typeof(ForecastingTransformer), null,
    typeof(SignatureLoadModel), "", ForecastingTransformer.LoaderName)]

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Forecasts the next rows of series. Created by <see cref="ForecastingEstimator"/>. It keeps the rows of a table, and adds to each the
/// forecasts that can be made once it has been seen.
/// </summary>
public sealed class ForecastingTransformer : ITransformer
{
    internal const string LoaderName = "StateSpaceForecast";
    private const string Signature = "SSFORECA";

    private readonly ForecastModel _model;

    internal ForecastingTransformer(ForecastingOptions options, ForecastModel model)
        => (Options, _model) = (ForecastNetworkFit.Resolved(options, model.Network), model);

    /// <summary>
    /// The options. <see cref="ForecastingOptions.Season"/> is filled in: 1 where there is none.
    /// <see cref="ForecastingOptions.Architecture"/> and <see cref="ForecastingOptions.Training"/> are those of the network that is kept,
    /// with what was chosen for it; without one they are empty.
    /// </summary>
    public ForecastingOptions Options { get; }

    /// <summary>
    /// The weight of the network in the forecasts, from 0 to 1; the closed form has the rest. 0 where none was asked for, and where rows
    /// that were held out said that the closed form alone is as good; the network is then not kept.
    /// </summary>
    public double NetworkWeight => _model.Network?.Weight ?? 0;

    /// <summary>Always <see langword="false"/>: a forecast needs the rows before.</summary>
    public bool IsRowToRowMapper => false;

    /// <summary>Returns the columns of the table and the forecasts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return SchemaOf(inputSchema).Schema;
    }

    /// <summary>
    /// Returns the rows of a table with the forecasts made after each, in sorted order where <see cref="ForecastingOptions.SortsRows"/>.
    /// They are made when they are read, in one pass. Forecasts are NaN as long as a target has had no value, and, where there are
    /// covariates known ahead, for the steps for which the series has no more rows: append the rows to be forecast with missing targets.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var schema = SchemaOf(input.Schema);
        var rows = schema.Columns.InOrder(input);
        return new SeriesView(schema.Schema, input, active => new ForecastCursor(schema, _model, rows, active));
    }

    /// <summary>Makes an engine that forecasts one series while its rows arrive.</summary>
    public ForecastEngine CreateForecastEngine() => new(_model);

    /// <summary>Makes series that are read and forecast together, on several threads, each as an engine does it.</summary>
    /// <param name="series">Number of series; more may be added.</param>
    /// <param name="threads">
    /// Threads of a call; no forecast depends on it. Default: <see langword="null"/>, one a processor.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public ForecastBatch CreateForecastBatch(int series, int? threads = null) => new(_model, series, threads);

    /// <summary>
    /// Makes the same forecaster for rows that hold a whole history each, as <c>mlContext.Data.ToSequences</c> and <c>ToWindows</c> make
    /// them, or a request to a service. The forecasts of such a row are those of <see cref="Transform"/> in the last row of the history.
    /// </summary>
    /// <param name="historyColumnName">
    /// The column of histories: a vector of Single of any length, (time steps, values), each time step with targets, covariates known so
    /// far, covariates known ahead, static covariates and interval, in the order of the options.
    /// </param>
    /// <param name="knownAheadColumnName">
    /// The column of the covariates known ahead, and of the interval where there is one, in the time steps behind the history: a vector of
    /// Single, (time steps, values), at most as many steps as the horizon; forecasts of steps behind it are NaN. <see langword="null"/>
    /// where the forecaster has no such covariates.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The forecaster has covariates known ahead and no column for them is named, or the other way round.
    /// </exception>
    public HistoryForecastTransformer ForHistories(string historyColumnName, string? knownAheadColumnName = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(historyColumnName);
        if (_model.Shape.KnownAhead > 0 && string.IsNullOrEmpty(knownAheadColumnName))
            throw new ArgumentException(
                $"This forecaster has {_model.Shape.KnownAhead} covariates known ahead, and no column holds those of the coming time "
                + "steps. Name it as knownAheadColumnName.",
                nameof(knownAheadColumnName));
        if (_model.Shape.AheadWidth == 0 && knownAheadColumnName is not null)
            throw new ArgumentException(
                "This forecaster has no covariates known ahead. Leave knownAheadColumnName out.", nameof(knownAheadColumnName));
        if (knownAheadColumnName is not null)
            ArgumentException.ThrowIfNullOrEmpty(knownAheadColumnName);
        return new HistoryForecastTransformer(new HistoryColumns(historyColumnName, knownAheadColumnName), Options, _model);
    }

    /// <summary>Is not possible: no row of a table alone can be forecast. <see cref="ForHistories"/> makes it so.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
        => throw new NotSupportedException(
            "A forecast depends on the rows before, so it cannot be made row by row, as a PredictionEngine asks. Call Transform with the "
            + "rows of the series, make an engine with CreateForecastEngine, or give rows that hold a whole history each to "
            + "ForHistories.");

    void ICanSaveModel.Save(ModelSaveContext ctx)
        => ModelStream.Save(ctx, Signature, LoaderName, ForecastPayload.Write(Options, _model));

    // ML.NET finds this method by its name and exact signature, from the registration above.
    private static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        var (options, model) = ModelStream.Load(ctx, Signature, LoaderName, stream => new Content(ForecastPayload.Read(stream))).Parts;
        return new ForecastingTransformer(options, model);
    }

    /// <summary>The equations.</summary>
    internal ForecastModel Model => _model;

    /// <summary>Binds the columns of a table.</summary>
    internal ForecastSchema SchemaOf(DataViewSchema table)
    {
        var columns = new ForecastColumns(table, Options);
        var (given, own) = (columns.Shape, _model.Shape);
        if (given.Targets != own.Targets || given.KnownSoFar != own.KnownSoFar || given.KnownAhead != own.KnownAhead
            || given.Statics != own.Statics)
            throw new ArgumentOutOfRangeException(
                nameof(table),
                $"The columns hold {given.Targets} targets, {given.KnownSoFar} covariates known so far, {given.KnownAhead} known ahead and "
                + $"{given.Statics} static ones, but the forecaster was fitted to {own.Targets}, {own.KnownSoFar}, {own.KnownAhead} and "
                + $"{own.Statics}. Give vectors of the sizes of the training rows.");
        return new ForecastSchema(columns, own);
    }

    private sealed record Content((ForecastingOptions Options, ForecastModel Model) Parts);
}
