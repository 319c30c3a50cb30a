using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Kernels;
using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// Scores sequences with a trained model. Safe to use from many threads at once: each call borrows memory of its own. What is kept for the
/// next calls is bounded: one memory a processor, and none that a sequence has blown up.
/// </summary>
internal sealed class SequencePredictor
{
    private readonly SequenceModel _model;
    private readonly ParameterSet _parameters;
    private readonly float[] _prepared;
    private readonly StreamBytes _streamBytes;
    private const int LargestKept = 16 << 20; // floats of a memory that is kept for the next call

    private readonly ScoringMemory?[] _memories = new ScoringMemory?[Environment.ProcessorCount];
    private readonly int _windowRows;

    public SequencePredictor(TrainedModel model, int windowRows = ScoringWindows.WindowRows)
    {
        _windowRows = windowRows;
        Model = model;
        _model = SequenceModel.Create(model.Options);
        _parameters = model.Parameters;
        _streamBytes = new StreamBytes(_parameters);
        _prepared = new float[_model.Layout.PreparedLength];
        _model.Prepare(Weights);
        FiniteModel.Require(_parameters, _prepared);
    }

    public TrainedModel Model { get; }

    /// <summary>A stream of its own through this model, which must be causal; parameters and prepared values are shared.</summary>
    /// <param name="beside">Floats of a state beside that of the model.</param>
    /// <exception cref="InvalidOperationException">The model is bidirectional.</exception>
    public SequenceStream CreateStream(int beside = 0)
    {
        _model.RequireCausal();
        return new(_model, _parameters, _prepared, _streamBytes, beside);
    }

    /// <summary>Streams that make their steps together.</summary>
    /// <param name="beside">Floats of a state beside that of the model, of each stream.</param>
    /// <param name="warmUp">Steps for which the first step of a stream is held before it.</param>
    /// <exception cref="InvalidOperationException">The model is bidirectional.</exception>
    public SequenceStreams CreateStreams(int beside = 0, int warmUp = 0)
    {
        _model.RequireCausal();
        return new(_model, _parameters, _prepared, _streamBytes, beside, warmUp);
    }

    private Weights Weights => new(_parameters.Values, _prepared);

    /// <summary>Floats of the answer to a sequence of <paramref name="length"/> steps: class probabilities, or (length, outputs).</summary>
    /// <exception cref="InvalidOperationException">No vector can hold so many.</exception>
    public int OutputLength(int length) => MemoryCheck.AnswerLength(_model.Rows(length), Model.Options.Outputs);

    /// <summary>Floats of the memory that waits for the next calls.</summary>
    public long KeptFloats => _memories.Sum(memory => memory?.Floats ?? 0);

    /// <summary>Scores one sequence of a model without intervals.</summary>
    public void Predict(ReadOnlySpan<float> values, Span<float> outputs) => Predict(values, [], outputs);

    /// <summary>
    /// Scores one sequence (length, inputs), with its intervals (length) where the model takes them. A length of 0 gives NaN scores,
    /// and so does a NaN where the model was trained without missing values.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A bidirectional model needs the whole sequence at once, and that is too large.
    /// </exception>
    public void Predict(ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> outputs)
    {
        if (values.IsEmpty || (_model.IsPooled && HasUnknown(values, intervals)))
        {
            outputs.Fill(float.NaN);
            return;
        }
        var memory = Borrow();
        memory.Score(Weights, values, intervals, outputs);
        Return(memory);
        _model.Finish(_parameters.Values, outputs);
    }

    /// <summary>
    /// Scores a pair of sequences (length, inputs). A length of 0 gives NaN scores, and so does a NaN where the model was trained without
    /// missing values.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// A bidirectional model needs whole sequences at once, and these are too large.
    /// </exception>
    public void PredictPair(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> outputs)
    {
        if (first.IsEmpty || second.IsEmpty || HasUnknown(first, []) || HasUnknown(second, []))
        {
            outputs.Fill(float.NaN);
            return;
        }
        var memory = Borrow();
        memory.ScorePair(Weights, first, second, outputs);
        Return(memory);
        _model.Finish(_parameters.Values, outputs);
    }

    /// <summary>Scores a sequence of a set, or a pair.</summary>
    public void Predict(SequenceSet set, int index, Span<float> outputs)
    {
        var values = set.Values(index);
        int first = set.Split(index) * set.Features;
        if (set.HasPairs)
            PredictPair(values[..first], values[first..], outputs);
        else
            Predict(values, set.Intervals(index), outputs);
    }

    private bool HasUnknown(ReadOnlySpan<float> values, ReadOnlySpan<float> intervals)
        => (!_model.TakesMissing && Reductions.HasNaN(values)) || Reductions.HasNaN(intervals);

    private ScoringMemory Borrow()
    {
        foreach (ref var place in _memories.AsSpan())
        {
            if (place is not null && Interlocked.Exchange(ref place, null) is { } kept)
                return kept;
        }
        return _model.CreateMemory(_windowRows);
    }

    private void Return(ScoringMemory memory)
    {
        if (memory.Floats > LargestKept)
            return;
        foreach (ref var place in _memories.AsSpan())
        {
            if (place is null && Interlocked.CompareExchange(ref place, memory, null) is null)
                return;
        }
    }
}
