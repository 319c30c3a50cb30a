using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Scoring;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Runs a model in its recurrent form, for data that are scored as they arrive: one time step goes in, one answer comes out. Time and
/// memory of a step do not depend on how long the stream is. Created by <see cref="SequenceTransformer.CreateStreamingEngine"/>.
/// </summary>
/// <remarks>
/// <para>
/// The answer to a time step equals what scoring the whole sequence up to this step would give, except for rounding (1e-5). A
/// sequence-to-sequence model answers with the outputs of the time step. A classifier answers with the class probabilities given what it
/// has seen so far, in the order of <c>Score</c>; a binary classifier answers with the probability of no, then that of yes.
/// </para>
/// <para>
/// After a NaN in the input, or as an interval, every answer is NaN until <see cref="Reset"/>, because nobody knows what the missing value
/// would have done to the state. Replace missing values first, for instance with the last known value.
/// </para>
/// <para>
/// A glitch, such as a fill value of 1e20, does not do that: an input counts as at most 10,000 standard deviations of the training data
/// away from their mean, in streams, in scoring and in training alike, so the answers stay finite, and the state forgets a glitch as it
/// forgets any other input. Only a network of several gated layers without a norm (<see cref="NormKind.None"/>) may still
/// overflow, because each of its layers raises its input to a power.
/// </para>
/// <para>
/// A model with a <see cref="TimeStepTaskOptions.WarmUp"/> makes that many steps more within the first step of a stream.
/// </para>
/// <para>
/// An engine is one stream and must be used by one thread at a time. Any number of engines may run at the same time. The engines of one
/// transformer share its parameters, so another engine costs little more memory than its state. A step allocates nothing.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// StreamingEngine engine = transformer.CreateStreamingEngine();
/// ReadOnlySpan&lt;float&gt; answer = engine.Step([0.5f, 1.5f]); // a time step of two channels
///
/// byte[] state = new byte[engine.StateLength];
/// engine.GetState(state);
/// StreamingEngine other = transformer.CreateStreamingEngine();
/// other.SetState(state); // goes on where the first engine stands
/// </code>
/// </example>
public sealed class StreamingEngine
{
    private readonly SequenceStream _stream;
    private readonly SequenceModelOptions _options;
    private readonly ServingMeter _meter;

    private readonly int _warmUp;
    private readonly InitialOutputs? _initial;
    private readonly float[] _answer = [], _unknown = [];

    internal StreamingEngine(SequenceScorer scorer, SequenceModelOptions options)
    {
        _warmUp = scorer.WarmUp;
        _initial = scorer.Initial;
        _meter = scorer.Meter;
        if (_initial is not null)
        {
            _answer = new float[options.Outputs];
            _unknown = new float[options.Outputs];
            _unknown.AsSpan().Fill(float.NaN);
        }
        _stream = scorer.CreateStream();
        _options = options;
    }

    /// <summary>Number of input values in a time step: the channels, or 1 if a time step is a token.</summary>
    public int InputLength => _options.Inputs;

    /// <summary>Number of values in an answer: the outputs of a time step, or the classes.</summary>
    public int OutputLength => _options.Outputs;

    /// <summary>Whether a step needs the time since the step before, because the model was trained with intervals.</summary>
    public bool HasIntervals => _options.HasIntervals;

    /// <summary>Time steps since the start or the last <see cref="Reset"/>.</summary>
    public long Steps => Math.Max(0, _stream.Steps - _warmUp);

    /// <summary>Number of bytes that <see cref="GetState"/> writes. It depends on the model alone.</summary>
    public int StateLength => _stream.StateBytes;

    /// <summary>Makes one time step.</summary>
    /// <param name="input">The values of the channels, (<see cref="InputLength"/>), or the raw value of a token's key.</param>
    /// <returns>The answer, (<see cref="OutputLength"/>). The next step overwrites it.</returns>
    /// <exception cref="ArgumentException">The input has the wrong length.</exception>
    /// <exception cref="InvalidOperationException">The model was trained with time intervals.</exception>
    public ReadOnlySpan<float> Step(scoped ReadOnlySpan<float> input)
    {
        if (input.Length != _options.Inputs)
            throw WrongLength(input.Length);
        RequireNoIntervals();
        return Advance(input, 1);
    }

    /// <summary>Makes one time step of a model that was trained with time intervals.</summary>
    /// <param name="input">The values of the channels, (<see cref="InputLength"/>), or the raw value of a token's key.</param>
    /// <param name="interval">
    /// The time since the previous step, in the unit of the interval column of the training rows: a positive number. The first step takes
    /// 1. NaN stands for an unknown interval, and does what a NaN in the input does.
    /// </param>
    /// <returns>The answer, (<see cref="OutputLength"/>). The next step overwrites it.</returns>
    /// <exception cref="ArgumentException">The input has the wrong length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The interval is neither a positive number nor NaN.</exception>
    /// <exception cref="InvalidOperationException">The model was trained without time intervals.</exception>
    public ReadOnlySpan<float> Step(scoped ReadOnlySpan<float> input, float interval)
    {
        RequireIntervals();
        if (input.Length != _options.Inputs)
            throw WrongLength(input.Length);
        if (!IntervalColumn.IsInterval(interval) && !float.IsNaN(interval))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, IntervalColumn.Rule);
        return Advance(input, interval);
    }

    /// <summary>
    /// Makes one of the first time steps of a model that was trained with <see cref="SequenceToSequenceOptions.InitialOutputs"/>, and tells
    /// it what was measured. From these outputs the model finds the state in which the stream began; the answers of the steps behind them
    /// are corrected by it.
    /// </summary>
    /// <param name="input">The values of the channels, (<see cref="InputLength"/>).</param>
    /// <param name="measured">
    /// The outputs that were measured at this time step, (<see cref="OutputLength"/>), in the unit of the targets; NaN where one was not.
    /// </param>
    /// <param name="interval">The time since the previous step, where the model was trained with intervals, else 1.</param>
    /// <returns>The answer, (<see cref="OutputLength"/>), not yet corrected. The next step overwrites it.</returns>
    /// <exception cref="ArgumentException">The input, or what was measured, has the wrong length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The interval is neither a positive number nor NaN.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model is not told outputs at this time step, or it was trained without time intervals and one other than 1 is given.
    /// </exception>
    public ReadOnlySpan<float> Step(scoped ReadOnlySpan<float> input, scoped ReadOnlySpan<float> measured, float interval = 1)
    {
        if (_initial is null || Steps >= _initial.Steps)
            throw new InvalidOperationException(
                $"The model is told measured outputs at the first {_initial?.Steps ?? 0} time steps of a stream (InitialOutputs), "
                + $"and this stream has made {Steps}. Give Step the input alone, or train the model with a larger InitialOutputs.");
        if (input.Length != _options.Inputs)
            throw WrongLength(input.Length);
        if (measured.Length != _options.Outputs)
            throw new ArgumentException(
                $"A time step of this model has {_options.Outputs} {(_options.Outputs == 1 ? "output" : "outputs")}, but "
                + $"{measured.Length} measured ones were given. Give NaN for one that was not measured.", nameof(measured));
        if (interval != 1)
            RequireIntervals();
        if (!IntervalColumn.IsInterval(interval) && !float.IsNaN(interval))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, IntervalColumn.Rule);
        return Advance(input, interval, measured);
    }

    /// <summary>Makes one time step of a model whose time steps are tokens.</summary>
    /// <param name="token">
    /// The raw value of the key, which ML.NET counts from 1. Zero, or a value outside the range of the key, is a missing token.
    /// </param>
    /// <returns>The answer, (<see cref="OutputLength"/>). The next step overwrites it.</returns>
    /// <exception cref="InvalidOperationException">
    /// The model was trained on real channels, or with time intervals.
    /// </exception>
    public ReadOnlySpan<float> Step(uint token)
    {
        if (_options.Vocabulary == 0)
            throw new InvalidOperationException(
                $"The model was trained on real channels, not on tokens. Give Step a span of {_options.Inputs} values.");
        RequireNoIntervals();
        float value = token < _options.Vocabulary ? token : 0;
        return Advance(new ReadOnlySpan<float>(in value), 1);
    }

    /// <summary>Forgets the stream. The next step is the first of a new stream.</summary>
    public void Reset() => _stream.Reset();

    /// <summary>
    /// Copies the state of the stream, so that another engine of the same model, even in another process, can continue from here.
    /// </summary>
    /// <param name="destination">At least <see cref="StateLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void GetState(Span<byte> destination)
    {
        if (destination.Length < StateLength)
            throw TooShort(StateLength, destination.Length);
        _stream.GetState(destination);
    }

    /// <summary>Continues from where another engine of the same model stood.</summary>
    /// <param name="state">The <see cref="StateLength"/> bytes that <see cref="GetState"/> wrote.</param>
    /// <exception cref="ArgumentException">The bytes are the state of another model. The engine stays where it was.</exception>
    /// <exception cref="InvalidDataException">
    /// The bytes are no state: altered, cut off, or saved by an earlier version of the library. The engine stays where it was.
    /// </exception>
    public void SetState(ReadOnlySpan<byte> state)
    {
        if (!_stream.TrySetState(state))
            throw OfAnotherModel();
    }

    internal static ArgumentException TooShort(int state, int destination)
        => new(
            $"The state of this model has {state} bytes, but the destination only {destination}. Make it StateLength long.", "destination");

    internal static ArgumentException OfAnotherModel()
        => new(
            "This is the state of another model. Give SetState the bytes that GetState of an engine of the very same model wrote.",
            "state");

    internal static InvalidOperationException HasNoIntervals()
        => new(
            "The model was trained on time steps that are equally far apart, without an IntervalColumnName. Give Step the values alone.");

    // The first step of a stream is held for the warm-up of the model. The stream counts those steps too, so a saved state knows of them.
    private ReadOnlySpan<float> Advance(scoped ReadOnlySpan<float> input, float interval, scoped ReadOnlySpan<float> measured = default)
    {
        while (_stream.Steps < _warmUp)
            _stream.Step(input);
        bool told = Steps < _initial?.Steps;
        var answer = _stream.Step(input, interval);
        _meter.Step();
        if (_initial is null)
            return answer;
        answer.CopyTo(_answer);
        _initial.Errors.Step(_answer, !told ? [] : measured.IsEmpty ? _unknown : measured, _stream.Beside);
        return _answer;
    }

    private void RequireIntervals()
    {
        if (!_options.HasIntervals)
            throw HasNoIntervals();
    }

    private void RequireNoIntervals()
    {
        if (_options.HasIntervals)
            throw new InvalidOperationException(
                "The model was trained with time intervals. Give Step the time since the step before, too: Step(values, interval).");
    }

    private ArgumentException WrongLength(int length)
        => new(
            $"A time step of this model has {_options.Inputs} {(_options.Inputs == 1 ? "value" : "values")}, but {length} were given.",
            "input");
}
