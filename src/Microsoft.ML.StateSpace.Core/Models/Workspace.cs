using Microsoft.ML.StateSpace.Layers;
using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The memory that one thread uses to pass some sequences, or a piece of one, through a model. It grows to the largest pass so far and is
/// then used again.
/// </summary>
internal sealed class Workspace(SequenceModel model)
{
    private float[] _arena = [];
    private float[] _input = [];
    private float[] _output = [];
    private float[] _outputGradient = [];
    private float[] _targets = [];
    private float[] _intervals = [];
    private float[] _intervalsBehind = [];
    private int[] _starts = [0];
    private bool _isPiece;
    private int _firstSequence;
    private ArenaUse _use;

    /// <summary>Ends a pass between two branches, with an output that is not to be used.</summary>
    public CancellationToken Cancellation { get; init; }

    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Sequences + 1);

    public int Sequences { get; private set; }

    public int Rows => _starts[Sequences];

    public ArenaPlan Plan => model.Plan(Rows, Sequences, _use);

    public Span<float> Arena => _arena;

    /// <summary>(rows, inputs).</summary>
    public Span<float> Input => _input.AsSpan(0, Rows * model.Options.Inputs);

    /// <summary>(output rows, outputs).</summary>
    public Span<float> Output => _output.AsSpan(0, OutputLength);

    /// <summary>(output rows, outputs).</summary>
    public Span<float> OutputGradient => _outputGradient.AsSpan(0, OutputLength);

    /// <summary>Standardised targets, (rows, outputs).</summary>
    public Span<float> Targets => _targets.AsSpan(0, Rows * model.Options.Outputs);

    private int IntervalsLength => model.Options.HasIntervals ? Rows : 0;

    private int OutputLength => model.OutputRows(Rows, Sequences) * model.Options.Outputs;

    /// <summary>Takes one sequence (length, inputs) to score, with its intervals (length) where the model takes them.</summary>
    public void Pack(ReadOnlySpan<float> values, ReadOnlySpan<float> intervals)
    {
        Reset([values.Length / model.Options.Inputs], 0, ArenaUse.Score, isPiece: false);
        values.CopyTo(_input);
        PackIntervals(0, intervals, 0, Rows);
    }

    /// <summary>Packs the valid rows of the batch's sequences from <paramref name="first"/> on, <paramref name="count"/> of them.</summary>
    public void Pack(ReadOnlySpan<float> values, SequenceBatch batch, int first, int count, ArenaUse use)
    {
        Reset(batch.Lengths.Slice(first, count), first, use, isPiece: false);
        for (int i = 0; i < count; i++)
        {
            batch.Valid(first + i).CopyTo(_input.AsSpan(_starts[i] * batch.Features));
            PackIntervals(_starts[i], batch.ValidIntervals(first + i), 0, batch.Lengths[first + i]);
            if (use != ArenaUse.Score && !model.IsPooled)
                batch.ValidTargets(first + i).CopyTo(_targets.AsSpan(_starts[i] * batch.Targets));
        }
        StandardizeTargets(values);
    }

    /// <summary>Takes <paramref name="rows"/> time steps of a sequence from <paramref name="start"/> on.</summary>
    public void PackPiece(ReadOnlySpan<float> values, SequenceBatch batch, int sequence, int start, int rows, ArenaUse use)
    {
        Reset([rows], sequence, use, isPiece: true);
        batch.Valid(sequence).Slice(start * batch.Features, rows * batch.Features).CopyTo(_input);
        PackIntervals(0, batch.ValidIntervals(sequence), start, rows);
        if (!model.IsPooled)
            batch.ValidTargets(sequence).Slice(start * batch.Targets, rows * batch.Targets).CopyTo(_targets);
        StandardizeTargets(values);
    }

    /// <summary>Runs the model; its answer is then in <see cref="Output"/>.</summary>
    public void Forward(Weights weights, ulong dropoutKey = 0) => model.Forward(Pass(weights, dropoutKey), Plan, Input, Output, _arena);

    /// <summary>Adds to the gradients, from <see cref="OutputGradient"/>; behind <see cref="Forward"/> with the same arguments.</summary>
    public void Backward(Weights weights, in Gradients gradients, ulong dropoutKey)
        => model.Backward(Pass(weights, dropoutKey), Plan, OutputGradient, _arena, gradients);

    public Pass Pass(Weights weights, ulong dropoutKey) => new()
    {
        Weights = weights, Starts = Starts, Scratch = default, DropoutKey = dropoutKey, FirstSequence = _firstSequence, IsPiece = _isPiece,
        Cancellation = Cancellation,
        Intervals = _intervals.AsSpan(0, IntervalsLength), IntervalsBehind = _intervalsBehind.AsSpan(0, IntervalsLength),
    };

    private void Reset(ReadOnlySpan<int> lengths, int firstSequence, ArenaUse use, bool isPiece)
    {
        (_firstSequence, _use, _isPiece, Sequences) = (firstSequence, use, isPiece, lengths.Length);
        Grow(ref _starts, Sequences + 1);
        for (int i = 0; i < Sequences; i++)
            _starts[i + 1] = _starts[i] + lengths[i];
        Grow(ref _input, Rows * model.Options.Inputs);
        Grow(ref _output, OutputLength);
        Grow(ref _arena, Plan.Length);
        Grow(ref _intervals, IntervalsLength);
        Grow(ref _intervalsBehind, IntervalsLength);
        if (use == ArenaUse.Score)
            return;
        Grow(ref _outputGradient, OutputLength);
        if (!model.IsPooled)
            Grow(ref _targets, Rows * model.Options.Outputs);
    }

    // Rows from..(from + rows) of a sequence, to row `to` on.
    private void PackIntervals(int to, ReadOnlySpan<float> intervals, int from, int rows)
    {
        if (!model.Options.HasIntervals)
            return;
        intervals.Slice(from, rows).CopyTo(_intervals.AsSpan(to));
        for (int i = 0; i < rows; i++)
            _intervalsBehind[to + i] = from + i + 1 < intervals.Length ? intervals[from + i + 1] : 1;
    }

    private void StandardizeTargets(ReadOnlySpan<float> values)
    {
        if (_use != ArenaUse.Score && !model.IsPooled)
            model.Output!.Forward(values, Targets, Targets);
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new T[length];
    }
}
