using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// Many sequences on their way through one causal model, each of which makes its steps beside others, so that the weights are read once for
/// all of them. Each is what a <see cref="SequenceStream"/> is, and is saved as one. Which of them step together changes no bit of any.
/// </summary>
internal sealed class SequenceStreams
{
    private readonly SequenceModel _model;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly StreamBytes _bytes;
    private readonly int _stride, _warmUp;
    private float[] _states = [];
    private long[] _steps = [];

    /// <param name="model">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="prepared">What follows from them.</param>
    /// <param name="bytes">The form in which states are saved.</param>
    /// <param name="beside">Floats of <see cref="Beside"/>.</param>
    /// <param name="warmUp">Steps for which the first step of a stream is held before it.</param>
    public SequenceStreams(
        SequenceModel model, ParameterSet parameters, float[] prepared, StreamBytes bytes, int beside = 0, int warmUp = 0)
    {
        (_model, _parameters, _prepared, _bytes, _warmUp) = (model, parameters, prepared, bytes, warmUp);
        _stride = checked(model.StateSize + beside);
    }

    /// <summary>Streams there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of a saved state.</summary>
    public int StateBytes => StreamBytes.Length(_stride);

    /// <summary>Time steps of a stream since its start, without those that are held before it.</summary>
    public long Steps(int stream) => Math.Max(0, _steps[stream] - _warmUp);

    /// <summary>As <see cref="SequenceStream.Beside"/>.</summary>
    public Span<float> Beside(int stream) => State(stream)[_model.StateSize..];

    /// <summary>Adds streams at their start, behind those there are.</summary>
    public void Add(int count)
    {
        int streams = checked(Count + count);
        if (streams > _steps.Length)
        {
            // What grows by half moves each stream a few times at most.
            int room = (int)Math.Min(Math.Max(streams, Count + Count / 2L), Array.MaxLength / _stride);
            if (room < streams)
                throw new OutOfMemoryException($"The states of {streams} streams, {_stride} values each, are more than an array holds.");
            Array.Resize(ref _states, room * _stride);
            Array.Resize(ref _steps, room);
        }
        Count = streams;
        for (int stream = Count - count; stream < Count; stream++)
            Reset(stream);
    }

    /// <summary>Takes a stream away; the last one takes its place.</summary>
    public void Remove(int stream)
    {
        Count--;
        State(Count).CopyTo(State(stream));
        _steps[stream] = _steps[Count];
    }

    /// <summary>Back to the start of a sequence.</summary>
    public void Reset(int stream)
    {
        State(stream).Clear();
        _steps[stream] = 0;
    }

    /// <summary>As <see cref="SequenceStream.GetState"/>.</summary>
    public void GetState(int stream, Span<byte> destination) => _bytes.Write(_steps[stream], State(stream), destination);

    /// <summary>As <see cref="SequenceStream.TrySetState"/>.</summary>
    public bool TrySetState(int stream, ReadOnlySpan<byte> source) => _bytes.TryRead(source, State(stream), ref _steps[stream]);

    /// <summary>Memory in which one thread at a time makes the steps of at most so many streams.</summary>
    public StreamBlock CreateBlock(int streams) => new(_model, streams);

    /// <summary>
    /// Makes a time step of each of some streams. Threads may do so at the same time, each in memory of its own, with streams of its own.
    /// </summary>
    /// <param name="block">The memory.</param>
    /// <param name="streams">The streams, of which none may come twice.</param>
    /// <param name="input">(streams, inputs).</param>
    /// <param name="intervals">The time since the step before, (streams); empty where it is 1.</param>
    /// <param name="output">(streams, outputs); assigned.</param>
    public void Step(
        StreamBlock block, ReadOnlySpan<int> streams, ReadOnlySpan<float> input, ReadOnlySpan<float> intervals, Span<float> output)
    {
        while (Advance(block, streams, _warmUp, input, [], output))
        {
        }
        Advance(block, streams, long.MaxValue, input, intervals, output);
    }

    // Makes a step of each of those streams that have made fewer than so many, and returns whether there was one.
    private bool Advance(
        StreamBlock block, ReadOnlySpan<int> streams, long below, ReadOnlySpan<float> input, ReadOnlySpan<float> intervals,
        Span<float> output)
    {
        int inputs = _model.Options.Inputs, outputs = _model.Options.Outputs, known = 0;
        bool isAny = false;
        for (int i = 0; i < streams.Length; i++)
        {
            int stream = streams[i];
            if (_steps[stream] >= below)
                continue;
            isAny = true;
            var row = input.Slice(i * inputs, inputs);
            float interval = intervals.IsEmpty ? 1 : intervals[i];
            var state = State(stream);
            if ((!_model.TakesMissing && Reductions.HasNaN(row)) || float.IsNaN(interval))
                state.Fill(float.NaN);
            // What follows from NaN is NaN, and need not be computed.
            if (float.IsNaN(state[0]))
                output.Slice(i * outputs, outputs).Fill(float.NaN);
            else
                block.Put(known++, i, stream, _steps[stream], interval, row);
            _steps[stream]++;
        }
        if (known > 0)
            Answer(block, known, output);
        return isAny;
    }

    private void Answer(StreamBlock block, int streams, Span<float> output)
    {
        int inputs = _model.Options.Inputs, outputs = _model.Options.Outputs;
        var answers = block.Output.AsSpan(0, streams * outputs);
        var pass = new Pass
        {
            Weights = new Weights(_parameters.Values, _prepared), Starts = block.Starts.AsSpan(0, streams + 1),
            Scratch = StepScratch.Of(block.ScratchSize), Intervals = block.Intervals.AsSpan(0, streams),
        };
        _model.StepEach(
            pass, block.Before.AsSpan(0, streams), block.Input.AsSpan(0, streams * inputs), answers,
            new StreamStates(_states, block.Places.AsSpan(0, streams), _stride));
        _model.Finish(_parameters.Values, answers);
        for (int i = 0; i < streams; i++)
            answers.Slice(i * outputs, outputs).CopyTo(output[(block.Rows[i] * outputs)..]);
    }

    private Span<float> State(int stream) => _states.AsSpan(stream * _stride, _stride);
}
