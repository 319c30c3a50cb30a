using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Scoring;
using Microsoft.ML.StateSpace.Streaming;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// Many streams of one model that make their time steps together: one call takes an input of each and gives an answer of each. The weights
/// are read once for all of them, and the streams are shared among threads, so a step of a thousand streams takes a fraction of the time of
/// a thousand steps of a <see cref="StreamingEngine"/>. Created by <see cref="SequenceTransformer.CreateStreamingBatch"/>.
/// </summary>
/// <remarks>
/// <para>
/// Streams are numbered from 0. Each is what a <see cref="StreamingEngine"/> is: it answers the same but for rounding (1e-5), and states
/// may go from one to the other. Neither the streams that step beside it nor the number of threads change a bit of an answer.
/// </para>
/// <para>
/// A stream that steps alone takes two to five times as long here as in an engine. A step allocates nothing. A batch must be used by one
/// thread at a time; disposing it ends its threads.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using StreamingBatch batch = transformer.CreateStreamingBatch(3);
/// ReadOnlySpan&lt;float&gt; answers = batch.Step([0.5f, 1.5f, 2.5f]); // three streams of one channel
/// answers = batch.StepSome([0, 2], [0.6f, 2.6f]);                // stream 1 waits
/// int added = batch.Add();                                       // 3
///
/// byte[] state = new byte[batch.StateLength];
/// batch.GetState(2, state);
/// transformer.CreateStreamingEngine().SetState(state);
/// </code>
/// </example>
public sealed class StreamingBatch : IDisposable
{
    private readonly SequenceModelOptions _options;
    private readonly SequenceStreams _streams;
    private readonly StreamThreads _threads;
    private readonly ServingMeter _meter;
    private readonly InitialOutputs? _initial;
    private readonly float[] _unknown;
    private readonly StreamNumbers _numbers = new();

    internal StreamingBatch(SequenceScorer scorer, SequenceModelOptions options, int streams, int? threads)
    {
        _options = options;
        (_meter, _initial) = (scorer.Meter, scorer.Initial);
        _streams = scorer.CreateStreams();
        _threads = new StreamThreads(_streams, options, StreamNumbers.Threads(threads));
        _unknown = new float[_initial is null ? 0 : options.Outputs];
        _unknown.AsSpan().Fill(float.NaN);
        Add(streams);
    }

    /// <summary>Number of streams.</summary>
    public int Count => _numbers.Count;

    /// <inheritdoc cref="StreamingEngine.InputLength"/>
    public int InputLength => _options.Inputs;

    /// <inheritdoc cref="StreamingEngine.OutputLength"/>
    public int OutputLength => _options.Outputs;

    /// <inheritdoc cref="StreamingEngine.HasIntervals"/>
    public bool HasIntervals => _options.HasIntervals;

    /// <summary>Number of bytes of a stream's state, which is that of <see cref="StreamingEngine.StateLength"/>.</summary>
    public int StateLength => _streams.StateBytes;

    /// <summary>Time steps of a stream since its start or its last <see cref="Reset(int)"/>.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    public long GetSteps(int stream) => _streams.Steps(_numbers.Checked(stream));

    /// <summary>Makes one time step of every stream.</summary>
    /// <param name="inputs">
    /// (<see cref="Count"/>, <see cref="InputLength"/>), as <see cref="StreamingEngine.Step(ReadOnlySpan{float})"/> takes each row.
    /// </param>
    /// <param name="intervals">
    /// The times since the steps before, (<see cref="Count"/>), where the model was trained with intervals; otherwise empty.
    /// </param>
    /// <param name="measured">
    /// Where the model was trained with <see cref="SequenceToSequenceOptions.InitialOutputs"/>, the outputs that were measured,
    /// (<see cref="Count"/>, <see cref="OutputLength"/>). Rows of streams that are past their first steps are not looked at. Empty where
    /// nothing was measured.
    /// </param>
    /// <returns>(<see cref="Count"/>, <see cref="OutputLength"/>). The next step overwrites it.</returns>
    /// <exception cref="ArgumentException">The values are not those of all streams.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An interval is neither a positive number nor NaN.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model was trained with intervals, and none are given; or without, and some are. Or it is never told what was measured.
    /// </exception>
    public ReadOnlySpan<float> Step(
        scoped ReadOnlySpan<float> inputs, scoped ReadOnlySpan<float> intervals = default, scoped ReadOnlySpan<float> measured = default)
        => Advance(_numbers.All, inputs, intervals, measured);

    /// <summary>Makes one time step of some streams; the others wait.</summary>
    /// <param name="streams">The streams, in any order, none of them twice.</param>
    /// <param name="inputs">(streams, <see cref="InputLength"/>), in the order of <paramref name="streams"/>.</param>
    /// <param name="intervals">(streams), as in <see cref="Step"/>.</param>
    /// <param name="measured">(streams, <see cref="OutputLength"/>), as in <see cref="Step"/>.</param>
    /// <returns>(streams, <see cref="OutputLength"/>). The next step overwrites it.</returns>
    /// <exception cref="ArgumentException">The values are not those of these streams, or a stream comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream, or as <see cref="Step"/>.</exception>
    /// <exception cref="InvalidOperationException">As <see cref="Step"/>.</exception>
    public ReadOnlySpan<float> StepSome(
        scoped ReadOnlySpan<int> streams, scoped ReadOnlySpan<float> inputs, scoped ReadOnlySpan<float> intervals = default,
        scoped ReadOnlySpan<float> measured = default)
    {
        _numbers.RequireOnce(streams);
        return Advance(streams, inputs, intervals, measured);
    }

    /// <summary>Adds streams at their start.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The number of the first of them; the others follow.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number.</exception>
    public int Add(int count = 1)
    {
        int first = Count, room = _numbers.Add(count);
        _streams.Add(count);
        _threads.Reserve(room);
        return first;
    }

    /// <summary>Takes a stream away. The last stream, <see cref="Count"/> - 1, takes its number.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    public void Remove(int stream)
    {
        _streams.Remove(_numbers.Checked(stream));
        _numbers.RemoveLast();
    }

    /// <summary>Forgets all streams. The next step of each is the first of a new one.</summary>
    public void Reset()
    {
        for (int stream = 0; stream < Count; stream++)
            _streams.Reset(stream);
    }

    /// <summary>Forgets a stream. Its next step is the first of a new one.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    public void Reset(int stream) => _streams.Reset(_numbers.Checked(stream));

    /// <summary>
    /// Copies the state of a stream, with which an engine or a batch of the same model, even in another process, continues from here.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="destination">At least <see cref="StateLength"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void GetState(int stream, Span<byte> destination)
    {
        _numbers.Checked(stream);
        if (destination.Length < StateLength)
            throw StreamingEngine.TooShort(StateLength, destination.Length);
        _streams.GetState(stream, destination);
    }

    /// <summary>Lets a stream continue from where a stream or an engine of the same model stood.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="state">The <see cref="StateLength"/> bytes that GetState wrote.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    /// <exception cref="ArgumentException">The bytes are the state of another model. The stream stays where it was.</exception>
    /// <exception cref="InvalidDataException">
    /// The bytes are no state: altered, cut off, or saved by an earlier version of the library. The stream stays where it was.
    /// </exception>
    public void SetState(int stream, ReadOnlySpan<byte> state)
    {
        if (!_streams.TrySetState(_numbers.Checked(stream), state))
            throw StreamingEngine.OfAnotherModel();
    }

    /// <summary>Ends the threads of the batch.</summary>
    public void Dispose() => _threads.Dispose();

    private ReadOnlySpan<float> Advance(
        scoped ReadOnlySpan<int> streams, scoped ReadOnlySpan<float> inputs, scoped ReadOnlySpan<float> intervals,
        scoped ReadOnlySpan<float> measured)
    {
        Check(streams.Length, inputs, intervals, measured);
        var answers = _threads.Step(streams, inputs, intervals);
        _meter.Steps(streams.Length);
        for (int i = 0; _initial is not null && i < streams.Length; i++)
        {
            bool told = _streams.Steps(streams[i]) <= _initial.Steps;
            var row = !told ? [] : measured.IsEmpty ? _unknown : measured.Slice(i * OutputLength, OutputLength);
            _initial.Errors.Step(answers.Slice(i * OutputLength, OutputLength), row, _streams.Beside(streams[i]));
        }
        return answers;
    }

    private void Check(int streams, ReadOnlySpan<float> inputs, ReadOnlySpan<float> intervals, ReadOnlySpan<float> measured)
    {
        if (inputs.Length != (long)streams * InputLength)
            throw new ArgumentException(
                $"{streams} streams of this model take {streams} x {InputLength} values, but {inputs.Length} were given. Give the time "
                + "step of one stream behind that of the other.", nameof(inputs));
        if (!intervals.IsEmpty && !HasIntervals)
            throw StreamingEngine.HasNoIntervals();
        if (HasIntervals && intervals.Length != streams)
            throw new InvalidOperationException(
                $"The model was trained with time intervals. Give Step the time since the step before of each of the {streams} streams, "
                + $"too; {intervals.Length} were given.");
        foreach (float interval in intervals)
        {
            if (!IntervalColumn.IsInterval(interval) && !float.IsNaN(interval))
                throw new ArgumentOutOfRangeException(nameof(intervals), interval, IntervalColumn.Rule);
        }
        if (measured.IsEmpty)
            return;
        if (_initial is null)
            throw new InvalidOperationException(
                "The model is never told measured outputs. Give Step the inputs alone, or train the model with InitialOutputs.");
        if (measured.Length != (long)streams * OutputLength)
            throw new ArgumentException(
                $"{streams} streams of this model have {streams} x {OutputLength} outputs, but {measured.Length} measured ones were given. "
                + "Give NaN for one that was not measured.", nameof(measured));
    }
}
