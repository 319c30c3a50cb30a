using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Scoring;
using Microsoft.ML.StateSpace.Streaming;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Forecasts one series while its rows arrive. Created by <see cref="ForecastingTransformer.CreateForecastEngine"/>. Time and memory of a
/// row do not depend on how long the series is, and nothing is allocated. Its forecasts are those of
/// <see cref="ForecastingTransformer.Transform"/>.
/// </summary>
/// <remarks>
/// An engine is one series and must be used by one thread at a time; thousands of engines share the parameters of one transformer.
/// </remarks>
/// <example>
/// <code>
/// ForecastEngine engine = transformer.CreateForecastEngine();
/// engine.Observe([412f, 0f]); // a row: the target, and a covariate known ahead
/// ReadOnlySpan&lt;float&gt; forecasts = engine.Forecast([0f, 0f, 1f]); // the covariate in the next rows
/// ReadOnlySpan&lt;float&gt; lower = engine.LowerBound;
///
/// byte[] state = new byte[engine.StateLength];
/// engine.GetState(state);
/// </code>
/// </example>
public sealed class ForecastEngine
{
    private static readonly KeyValuePair<string, object?>[] Tags = [new(ModelTags.Task, "forecasting")];

    private readonly ForecastModel _model;
    private readonly ForecastRun _run;
    private readonly StateSeal _seal;

    internal ForecastEngine(ForecastModel model)
    {
        (_model, _run) = (model, new ForecastRun(model));
        _seal = new StateSeal("a forecast engine", model, _run.State.Values.Length);
    }

    /// <summary>
    /// Number of values of a row: targets, covariates known so far, covariates known ahead, static covariates, each in the order of the
    /// options, and the interval since the row before, where there is one.
    /// </summary>
    public int InputLength => _model.Shape.Width;

    /// <summary>Number of rows that are forecast.</summary>
    public int Horizon => _model.Shape.Horizon;

    /// <summary>Number of values that are forecast for each row.</summary>
    public int Targets => _model.Shape.Targets;

    /// <summary>Number of values that are known ahead of a row: covariates, and behind them the interval, where there is one.</summary>
    public int KnownAhead => _model.Shape.AheadWidth;

    /// <summary>Rows since the start or the last <see cref="Reset"/>.</summary>
    public long Rows => _run.State.Rows;

    /// <summary>The lower bounds of the last forecasts, (horizon, targets). The next forecasts overwrite it.</summary>
    public ReadOnlySpan<float> LowerBound => _run.Outputs[1];

    /// <summary>The upper bounds of the last forecasts, (horizon, targets). The next forecasts overwrite it.</summary>
    public ReadOnlySpan<float> UpperBound => _run.Outputs[2];

    /// <summary>Number of bytes that <see cref="GetState"/> writes. It depends on the model alone.</summary>
    public int StateLength => _seal.Length;

    /// <summary>Reads the next row of the series.</summary>
    /// <param name="row">(<see cref="InputLength"/>). NaN is a missing value, which counts as the last one that was known.</param>
    /// <exception cref="ArgumentException">The row has the wrong length.</exception>
    public void Observe(ReadOnlySpan<float> row)
    {
        if (row.Length != InputLength)
            throw new ArgumentException(
                $"A row of this model has {InputLength} values (targets, covariates known so far, covariates known ahead, static "
                + $"covariates, interval), but {row.Length} were given.",
                nameof(row));
        _run.State.Observe(row);
        Count(1);
    }

    /// <summary>Forecasts the rows behind the last one that was observed.</summary>
    /// <param name="knownAhead">
    /// The covariates known ahead of the next rows, (rows, <see cref="KnownAhead"/>), at most <see cref="Horizon"/> rows. Steps behind them
    /// are NaN; where only intervals are known ahead, the usual ones stand in. Empty where there are no such columns.
    /// </param>
    /// <returns>(horizon, targets). The next forecasts overwrite it. NaN as long as a target has had no value.</returns>
    /// <exception cref="ArgumentException">The covariates are no whole rows, or more than the horizon.</exception>
    public ReadOnlySpan<float> Forecast(scoped ReadOnlySpan<float> knownAhead = default)
    {
        if (knownAhead.Length > (long)Horizon * KnownAhead || (KnownAhead > 0 && knownAhead.Length % KnownAhead != 0))
            throw new ArgumentException(
                $"The covariates known ahead are {KnownAhead} values for each of at most {Horizon} rows, but {knownAhead.Length} values "
                + "were given.",
                nameof(knownAhead));
        _run.Forecast(knownAhead);
        return _run.Outputs[0];
    }

    /// <summary>Forgets the series. The next row is the first of a new one.</summary>
    public void Reset() => _run.State.Reset();

    /// <summary>
    /// Copies what is remembered, so that another engine of the same model, even in another process, can go on from here.
    /// </summary>
    /// <param name="destination">At least <see cref="StateLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void GetState(Span<byte> destination) => _seal.Write(destination, _run.State.Values);

    /// <summary>Goes on from where another engine of the same model stood.</summary>
    /// <param name="state">The <see cref="StateLength"/> bytes that <see cref="GetState"/> wrote.</param>
    /// <exception cref="ArgumentException">The bytes are the state of another model. The engine stays where it was.</exception>
    /// <exception cref="InvalidDataException">The bytes are no state, or a damaged one. The engine stays where it was.</exception>
    public void SetState(ReadOnlySpan<byte> state) => _seal.Read(state, _run.State.Values);

    internal static void Count(int rows) => ServingMeter.Steps(rows, Tags);
}
