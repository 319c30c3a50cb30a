using System.Buffers;
using System.Runtime.ExceptionServices;
using Microsoft.ML.StateSpace.Data;
using Microsoft.ML.StateSpace.Models;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>Asks the model for its answers. It may be used from many threads at once.</summary>
internal sealed class SequenceScorer(TrainedModel model, SequenceColumn input, InitialOutputs? initial = null)
{
    private readonly SequencePredictor _predictor = new(model);
    private readonly SequenceColumn? _second = input.Second;
    private readonly ServingMeter _meter = new(model.Options);

    /// <summary>Creates a new stream through the model.</summary>
    public SequenceStream CreateStream() => _predictor.CreateStream(Initial?.Errors.StateSize ?? 0);

    /// <summary>Creates streams through the model that step together.</summary>
    public SequenceStreams CreateStreams() => _predictor.CreateStreams(Initial?.Errors.StateSize ?? 0, WarmUp);

    /// <summary>Counts what is served, by streams too.</summary>
    public ServingMeter Meter => _meter;

    /// <summary>Time steps for which a stream, too, holds its first one.</summary>
    public int WarmUp => input.WarmUp;

    /// <summary>The first measured outputs that the model is told; <see langword="null"/> where it is told none.</summary>
    public InitialOutputs? Initial => initial;

    /// <summary>Reads and scores a single row, which nothing else is scored with.</summary>
    public void ScoreAlone(ScoredRow row, long position, Action<ScoredRow> read)
    {
        long began = _meter.Begin();
        try
        {
            read(row);
            row.Position = position;
            Score(row);
        }
        catch (Exception e)
        {
            _meter.Failed(e);
            throw;
        }
        _meter.End(row, input, began);
    }

    private void Score(ScoredRow row)
    {
        SequenceReader.CheckDivides(row.ValueCount, input, row.Position);
        if (input.IntervalColumnName is not null)
            IntervalColumn.CheckValues(row.Intervals, row.ValueCount / input.Channels, input, row.Position, mayMiss: true);
        row.ScoreCount = _predictor.OutputLength(row.ValueCount / input.Channels);
        if (row.ScoreBuffer.Length < row.ScoreCount)
            row.ScoreBuffer = new float[row.ScoreCount];
        if (_second is not null)
        {
            SequenceReader.CheckDivides(row.SecondCount, _second, row.Position);
            _predictor.PredictPair(row.Values, row.Second, row.ScoreBuffer.AsSpan(0, row.ScoreCount));
        }
        else
        {
            Answer(row.Values, row.Intervals, row.ScoreBuffer.AsSpan(0, row.ScoreCount));
        }
        Initial?.Correct(row.ScoreBuffer.AsSpan(0, row.ScoreCount), row.Measured, row.Position);
    }

    /// <summary>Scores a sequence (length, channels), with its intervals (length) where the model takes them.</summary>
    public void Answer(ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> outputs)
    {
        if (input.WarmUp == 0 || values.IsEmpty)
            _predictor.Predict(values, intervals, outputs);
        else
            AnswerHeld(values, intervals, outputs);
    }

    /// <summary>
    /// Scores the first <paramref name="count"/> rows on all processors. A row gets the same answer as if it were scored alone, and one
    /// that cannot be scored keeps the reason for whoever reads its answer.
    /// </summary>
    public void Score(ScoredRow[] rows, int count)
    {
        long began = _meter.Begin();
        if (count == 1)
            TryScore(rows[0]);
        else if (count > 1)
            Parallel.For(0, count, i => TryScore(rows[i]));
        _meter.End(rows, count, input, began);
    }

    // Holds the first time step before the sequence; only the answers to the sequence are kept.
    private void AnswerHeld(ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> outputs)
    {
        int length = values.Length / input.Channels, held = length + input.WarmUp, answers = _predictor.OutputLength(held);
        int inputs = checked(held * input.Channels), steps = intervals.IsEmpty ? 0 : held;
        float[] buffer = ArrayPool<float>.Shared.Rent(checked(inputs + steps + answers));
        Span<float> heldValues = buffer.AsSpan(0, inputs), heldIntervals = buffer.AsSpan(inputs, steps);
        var heldOutputs = buffer.AsSpan(inputs + steps, answers);
        HeldStart.Values(values, input.Channels, heldValues);
        if (steps > 0)
            HeldStart.Intervals(intervals, heldIntervals);
        _predictor.Predict(heldValues, heldIntervals, heldOutputs);
        heldOutputs[^outputs.Length..].CopyTo(outputs);
        ArrayPool<float>.Shared.Return(buffer);
    }

    private void TryScore(ScoredRow row)
    {
        if (row.Failure is not null)
            return; // it could not even be read
        try
        {
            Score(row);
        }
        catch (Exception e)
        {
            row.Failure = ExceptionDispatchInfo.Capture(e);
        }
    }
}
