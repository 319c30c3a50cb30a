using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Fits a forecaster to a table with one row a time step. Created by <c>mlContext.Forecasting.ForecastByStateSpace</c>.
/// </summary>
/// <remarks>
/// <para><b>Model.</b> For each step of the horizon, a ridge regression in closed form: from what is known at a row (a causal bank of
/// linear filters of targets and covariates), the covariates known ahead, and the values of the last season, to the target so many rows
/// later. Every row of every series is an example, so the time is linear in the number of rows. Values are measured in units of the series'
/// running standard deviation, and differences to its last value, so one model serves series of any size.</para>
/// <para><b>Time.</b> All choices (penalty, base, with or without season, other targets, curves, static covariates) are fitted to the
/// first 60 % of each series and judged by the next 20 %, then fitted to 80 % and judged by the last 20 %. The errors of the
/// best give the widths of the intervals, by split conformal prediction; its equations had not seen the rows. The equations are then
/// fitted to all rows. An interval has no width of its own for unusual days; bounds need about 20 rows in these 40 % for a level of 0.95,
/// else they are the largest error that was seen.</para>
/// <para><b>Network.</b> With <see cref="ForecastingOptions.Architecture"/> a causal network reads the same features, and at every row
/// learns by the pinball loss how far the median and the bounds of all horizon steps lie from the closed form (docs/forecasting.md).</para>
/// <para><b>Memory.</b> All features of the training rows are held in memory: about 150 bytes a target and row, more with a season.</para>
/// </remarks>
/// <example>
/// <code>
/// var pipeline = mlContext.Forecasting.ForecastByStateSpace(new ForecastingOptions
/// {
///     TargetColumnNames = ["Sales"], SeriesColumnName = "Shop", KnownAheadColumnNames = ["Holiday", "Price"], Horizon = 14,
/// });
/// ForecastingTransformer model = pipeline.Fit(table);
/// IDataView forecasts = model.Transform(table);
/// </code>
/// </example>
public sealed class ForecastingEstimator : IEstimator<ForecastingTransformer>
{
    /// <summary>The most weights of a model: 1 GiB.</summary>
    private const long MostWeights = 1 << 27;

    private readonly ForecastingOptions _options;
    private readonly IHostEnvironment? _environment;

    internal ForecastingEstimator(ForecastingOptions options, IHostEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _environment) = (options, environment);
    }

    /// <summary>Fits a forecaster to all series of a table.</summary>
    /// <param name="input">A table with one row a time step.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// The fit was cancelled, or the training of a network before there was one (<see cref="TrainingOptions.Cancellation"/>).
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The rows are out of order, or the series too short. The message names the row or the number of rows, and a remedy.
    /// </exception>
    public ForecastingTransformer Fit(IDataView input) => Fit(input, firstErrors: null);

    /// <summary>Fits, and tells the errors of step 1 as <see cref="ForecastTraining.Fit"/> does.</summary>
    internal ForecastingTransformer Fit(IDataView input, ICollection<ForecastError>? firstErrors)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        var columns = new ForecastColumns(input.Schema, _options);
        var shape = columns.Shape;
        if (shape.Targets > ForecastingOptions.MostTargets)
            throw new ArgumentOutOfRangeException(
                nameof(_options.TargetColumnNames),
                $"TargetColumnNames hold {shape.Targets} values a row, and a forecaster takes at most {ForecastingOptions.MostTargets}. "
                + "Put each value in a row of its own, with a SeriesColumnName.");
        if ((long)shape.Equations * shape.Targets * shape.Features > MostWeights)
            throw new ArgumentOutOfRangeException(
                nameof(_options.Horizon), shape.Equations,
                $"A forecaster of {shape.Equations} steps with {shape.Features} features would have more than {MostWeights} weights. Set "
                + "Horizon to a smaller number, or TrainedHorizon.");
        var series = SeriesRows.ReadAll(columns, input);
        var model = ForecastTraining.Fit(
            series, shape, choosesSeason: _options.Season is null, Math.Round((double)_options.ConfidenceLevel, 6),
            _options.Threads ?? Environment.ProcessorCount, firstErrors, cancellation: _options.Cancellation);
        if (_options.Architecture is not null)
            model.Network = ForecastNetworkFit.Fit(_environment ?? new MLContext(), _options, series, model);
        return new ForecastingTransformer(_options with { Season = Math.Max(1, model.Shape.Season), Cancellation = default }, model);
    }

    /// <summary>Returns the columns of the table and the forecasts.</summary>
    /// <param name="inputSchema">The columns of the table.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or an option has an invalid value.
    /// </exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _options.Validate();
        ForecastColumns.Check(inputSchema, _options);
        return inputSchema.With([.. _options.OutputNames().OfType<string>().Select(
            name => Friend.Column(name, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single))]);
    }
}
