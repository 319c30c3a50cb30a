using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Walks through the features of all rows, one row after the other; a block of them is in memory at a time.</summary>
internal sealed class FeatureWalk
{
    private readonly StepFeatures _bank;
    private readonly StepRows _rows;
    private readonly float[] _block, _state, _scratch;
    private float[] _behind = [], _fromEnd = [];
    private int _sequence, _row, _blockStart, _blockEnd;

    public FeatureWalk(StepFeatures bank, StepRows rows)
    {
        (_bank, _rows) = (bank, rows);
        _block = new float[FilterBank.Block * bank.Size];
        _state = new float[bank.StateSize];
        _scratch = new float[bank.ScratchSize];
    }

    /// <summary>The first features of the next row, as many as there is room for; no row is left where the answer is no.</summary>
    public bool Next(ReadOnlySpan<float> values, Span<float> features, out int row, out bool isFirst)
    {
        row = _row;
        isFirst = false;
        if (_row == _rows.Count)
            return false;
        while (_row == _rows.Starts[_sequence + 1])
            _sequence++;
        isFirst = _row == _rows.Starts[_sequence];
        int start = _rows.Starts[_sequence], end = _rows.Starts[_sequence + 1];
        if (isFirst)
            Begin(values, start, end);
        if (_row == _blockEnd)
        {
            _blockStart = _row;
            _blockEnd = Math.Min(_row + FilterBank.Block, end);
            var behind = _fromEnd.AsSpan((_row - start) / FilterBank.Block * _bank.BehindSize, _bank.BehindSize);
            _bank.Forward(
                values, Sequence(start, end).Slice(_blockStart - start, _blockEnd - _blockStart), _block, _state, behind, _scratch);
        }
        _block.AsSpan((_row - _blockStart) * _bank.Size, features.Length).CopyTo(features);
        _row++;
        return true;
    }

    private void Begin(ReadOnlySpan<float> values, int start, int end)
    {
        if (_bank.ReadsBothWays && _rows.Intervals is not null)
        {
            _behind = new float[end - start];
            TimedRows.LookBehind(_rows.Intervals.AsSpan(start, end - start), _behind);
        }
        var sequence = Sequence(start, end);
        _bank.Begin(values, sequence[0], _state, _scratch);
        long size = StatesFromEnd.ScratchSize(_bank, end - start);
        if (_fromEnd.Length < size)
            _fromEnd = new float[checked((int)size)];
        StatesFromEnd.Find(_bank, values, sequence, _fromEnd);
    }

    private TimedRows Sequence(int start, int end) => new(
        _rows.Inputs.AsSpan(start * _bank.Inputs, (end - start) * _bank.Inputs), _bank.Inputs,
        _rows.Intervals is null ? [] : _rows.Intervals.AsSpan(start, end - start), _behind);
}
