using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// The recurrent form of a model, for data that arrive while they are scored: one time step in, one answer out, in time and memory that do not depend on how long
/// the stream is. Made by <see cref="SequenceTransformer.CreateStreamingEngine"/>.
/// </summary>
/// <remarks>
/// <para>
/// The answer to a step is what scoring the whole sequence up to it would give, but for rounding (1e-5): of a sequence-to-sequence model the outputs of that time
/// step; of a classifier the class probabilities, in the order of <c>Score</c> (of a yes-or-no question: no, then yes), of what has been seen so far.
/// </para>
/// <para>
/// A NaN in the input makes every answer NaN until <see cref="Reset"/>: there is no telling what the missing value would have done to the state. Replace missing
/// values before, with the last one seen for instance.
/// </para>
/// <para>
/// An engine is one stream and belongs to one thread at a time. Any number of engines may run at once; those of one transformer share its parameters, so another
/// one costs little more than its state. A step allocates nothing.
/// </para>
/// </remarks>
public sealed class StreamingEngine
{
    private readonly SequenceStream _stream;
    private readonly SequenceModelOptions _options;

    internal StreamingEngine(SequenceStream stream, SequenceModelOptions options)
    {
        _stream = stream;
        _options = options;
    }

    /// <summary>Values of a time step that go in: the channels, or 1 where a time step is a token.</summary>
    public int InputLength => _options.Inputs;

    /// <summary>Values of an answer: the outputs of a time step, or the classes.</summary>
    public int OutputLength => _options.Outputs;

    /// <summary>Time steps since the start or the last <see cref="Reset"/>.</summary>
    public long Steps => _stream.Steps;

    /// <summary>Bytes that <see cref="GetState"/> writes; depends on the model alone.</summary>
    public int StateLength => _stream.StateBytes;

    /// <summary>One time step.</summary>
    /// <param name="input">The values of its channels, <see cref="InputLength"/> of them; of a token, the raw value of its key.</param>
    /// <returns>The answer, <see cref="OutputLength"/> values. The next step overwrites it.</returns>
    public ReadOnlySpan<float> Step(scoped ReadOnlySpan<float> input)
    {
        if (input.Length != _options.Inputs)
            throw WrongLength(input.Length);
        RequireNoIntervals();
        return _stream.Step(input);
    }

    /// <summary>One time step of a model that was trained with time intervals.</summary>
    /// <param name="input">The values of its channels, <see cref="InputLength"/> of them; of a token, the raw value of its key.</param>
    /// <param name="interval">The time since the step before, as the interval column of the training rows has it: a positive number; of the first step 1.</param>
    /// <returns>The answer, <see cref="OutputLength"/> values. The next step overwrites it.</returns>
    public ReadOnlySpan<float> Step(scoped ReadOnlySpan<float> input, float interval)
    {
        if (!_options.HasIntervals)
            throw new InvalidOperationException(
                "The model was trained on time steps that are equally far apart, without an IntervalColumnName. "
                + "Give Step the values alone.");
        if (input.Length != _options.Inputs)
            throw WrongLength(input.Length);
        if (!IntervalColumn.IsInterval(interval))
            throw new ArgumentOutOfRangeException(nameof(interval), interval, IntervalColumn.Rule);
        return _stream.Step(input, interval);
    }

    /// <summary>One time step of a model whose time steps are tokens.</summary>
    /// <param name="token">The raw value of the key, as ML.NET counts: from 1. A value outside its range is a missing one, as 0 is.</param>
    /// <returns>The answer, <see cref="OutputLength"/> values. The next step overwrites it.</returns>
    public ReadOnlySpan<float> Step(uint token)
    {
        if (_options.Vocabulary == 0)
            throw new InvalidOperationException(
                $"The model was trained on real channels, not on tokens. Give Step a span of {_options.Inputs} values.");
        RequireNoIntervals();
        float value = token < _options.Vocabulary ? token : 0;
        return _stream.Step(new ReadOnlySpan<float>(in value));
    }

    /// <summary>Forgets the stream: the next step is the first of a new one.</summary>
    public void Reset() => _stream.Reset();

    /// <summary>Copies where the stream stands, so that another engine of the same model, in another process perhaps, can go on from here.</summary>
    /// <param name="destination">At least <see cref="StateLength"/> bytes.</param>
    public void GetState(Span<byte> destination)
    {
        if (destination.Length < StateLength)
            throw new ArgumentException(
                $"The state of this model has {StateLength} bytes, but the destination only {destination.Length}. "
                + "Make it StateLength long.",
                nameof(destination));
        _stream.GetState(destination);
    }

    /// <summary>Goes on from where another engine of the same model stood.</summary>
    /// <param name="state">The <see cref="StateLength"/> bytes that <see cref="GetState"/> wrote.</param>
    /// <exception cref="ArgumentException">It is the state of another model. The engine then stays where it was.</exception>
    public void SetState(ReadOnlySpan<byte> state)
    {
        if (state.Length != StateLength || !_stream.TrySetState(state))
            throw new ArgumentException(
                "This is not a state of this model. Give SetState the bytes that GetState of an engine of the very same model wrote.",
                nameof(state));
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
