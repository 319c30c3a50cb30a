using Microsoft.ML.StateSpace.Forecasting;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Scoring;
using Microsoft.ML.StateSpace.Streaming;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Scores the rows of one series while they arrive. Created by <see cref="AnomalyTransformer.CreateAnomalyEngine"/>. Time and memory of a
/// row do not depend on how long the series is, and nothing is allocated. Its answers are those of
/// <see cref="AnomalyTransformer.Transform"/>.
/// </summary>
/// <remarks>
/// An engine is one series and must be used by one thread at a time; thousands of engines share the parameters of one transformer.
/// </remarks>
/// <example>
/// <code>
/// AnomalyEngine engine = transformer.CreateAnomalyEngine();
/// ReadOnlySpan&lt;double&gt; answer = engine.Score([412f, 0f]); // a row: the target, and a covariate known ahead
/// if (answer[0] == 1)
///     Console.WriteLine($"p = {answer[2]}");
/// </code>
/// </example>
public sealed class AnomalyEngine
{
    private static readonly KeyValuePair<string, object?>[] Tags = [new(ModelTags.Task, "anomaly_detection")];

    private readonly AnomalyModel _model;
    private readonly AnomalyRun _run;
    private readonly StateSeal _seal;

    internal AnomalyEngine(AnomalyModel model)
    {
        (_model, _run) = (model, new AnomalyRun(model));
        _seal = new StateSeal("an anomaly engine", model.Forecaster, _run.State.Values.Length + _run.Memory.Length);
    }

    /// <summary>
    /// Number of values of a row: targets, covariates known so far, covariates known ahead, static covariates, each in the order of the
    /// options, and the interval since the row before, where there is one.
    /// </summary>
    public int InputLength => _model.Forecaster.Shape.Width;

    /// <summary>Number of values of a row that are watched.</summary>
    public int Targets => _model.Levels.Length;

    /// <summary>Rows since the start or the last <see cref="Reset"/>.</summary>
    public long Rows => _run.State.Rows;

    /// <summary>Number of bytes that <see cref="GetState"/> writes. It depends on the model alone.</summary>
    public int StateLength => _seal.Length;

    /// <summary>Scores the next row of the series by the forecast of it from the rows before, and reads it.</summary>
    /// <param name="row">(<see cref="InputLength"/>). NaN is a missing value, which counts as the last one that was known.</param>
    /// <returns>
    /// Alert, raw score and p-value, (<see cref="Targets"/>, 3). The next row overwrites it. Score and p-value are NaN in the first rows of
    /// a series, 32 or a whole season, and where the target is missing.
    /// </returns>
    /// <exception cref="ArgumentException">The row has the wrong length.</exception>
    public ReadOnlySpan<double> Score(scoped ReadOnlySpan<float> row)
    {
        if (row.Length != InputLength)
            throw new ArgumentException(
                $"A row of this model has {InputLength} values (targets, covariates known so far, covariates known ahead, static "
                + $"covariates, interval), but {row.Length} were given.",
                nameof(row));
        _run.Score(row);
        ServingMeter.Steps(1, Tags);
        return _run.Answer;
    }

    /// <summary>Forgets the series. The next row is the first of a new one.</summary>
    public void Reset() => _run.Reset();

    /// <summary>
    /// Copies what is remembered, so that another engine of the same model, even in another process, can go on from here.
    /// </summary>
    /// <param name="destination">At least <see cref="StateLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void GetState(Span<byte> destination) => _seal.Write(destination, _run.State.Values, _run.Memory);

    /// <summary>Goes on from where another engine of the same model stood.</summary>
    /// <param name="state">The <see cref="StateLength"/> bytes that <see cref="GetState"/> wrote.</param>
    /// <exception cref="ArgumentException">The bytes are the state of another model. The engine stays where it was.</exception>
    /// <exception cref="InvalidDataException">The bytes are no state, or a damaged one. The engine stays where it was.</exception>
    public void SetState(ReadOnlySpan<byte> state) => _seal.Read(state, _run.State.Values, _run.Memory);
}
