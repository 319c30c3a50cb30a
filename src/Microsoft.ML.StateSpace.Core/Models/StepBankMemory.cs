using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Models;

/// <summary>
/// The memory with which one thread takes sequences through a bank that answers every time step: the rows of a window, as they are packed
/// and as they are standardised, the state behind it, and what the layer needs. It does not depend on the length of a sequence, unless the
/// sequence is read both ways: then it is taken whole, with some floats for each time step.
/// </summary>
internal sealed class StepBankMemory(StepBankModel model, int windowRows) : ScoringMemory
{
    private readonly float[] _state = new float[model.StateSize];
    private readonly int[] _starts = [0, 0];
    private float[] _scratch = [];
    private float[] _packed = [];
    private float[] _encoded = [];
    private float[] _behind = [];

    public override long Floats => (long)_state.Length + _scratch.Length + _packed.Length + _encoded.Length + _behind.Length;

    public override void Score(Weights weights, ReadOnlySpan<float> values, ReadOnlySpan<float> intervals, Span<float> output)
    {
        int rows = values.Length / model.Options.Inputs, outputs = model.Options.Outputs, window = model.IsCausal ? windowRows : rows;
        long needed = model.Bank.ScratchSize(Math.Min(window, rows));
        if (_scratch.Length < needed)
            _scratch = new float[checked((int)needed)];
        var behind = Behind(intervals);
        _state.AsSpan().Clear();
        for (int start = 0; start < rows; start += window)
        {
            int count = Math.Min(window, rows - start);
            _starts[1] = count;
            var pass = new Pass
            {
                Weights = weights, Starts = _starts, Scratch = _scratch, State = _state.AsSpan(model.InputStage.StateSize),
                IsWindow = true, Before = start, Intervals = intervals.IsEmpty ? [] : intervals.Slice(start, count),
                IntervalsBehind = behind,
            };
            model.Bank.Forward(
                pass, Encode(weights.Values, values, start, count, _state), output.Slice(start * outputs, count * outputs));
        }
    }

    /// <summary>What the bank reads of some rows of a sequence, (rows, width of the input stage).</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="values">The sequence, (length, channels).</param>
    /// <param name="start">The first of the rows.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="state">Begins with the state of the input stage before the first of the rows, then behind the last.</param>
    public ReadOnlySpan<float> Encode(
        ReadOnlySpan<float> parameters, ReadOnlySpan<float> values, int start, int count, Span<float> state)
    {
        var stage = model.InputStage;
        int length = checked(count * stage.Width);
        if (_packed.Length < length)
            (_packed, _encoded) = (new float[length], new float[length]);
        Span<float> packed = _packed.AsSpan(0, length), encoded = _encoded.AsSpan(0, length);
        stage.Pack(parameters, values, start, packed, state[..stage.StateSize]);
        stage.Forward(parameters, packed, encoded);
        return encoded;
    }

    // The time from each row to the next, where the sequence is read from its end too.
    private ReadOnlySpan<float> Behind(ReadOnlySpan<float> intervals)
    {
        if (intervals.IsEmpty || model.IsCausal)
            return [];
        if (_behind.Length < intervals.Length)
            _behind = new float[intervals.Length];
        var behind = _behind.AsSpan(0, intervals.Length);
        TimedRows.LookBehind(intervals, behind);
        return behind;
    }
}
