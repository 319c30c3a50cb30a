using Microsoft.ML.StateSpace.Layers;

namespace Microsoft.ML.StateSpace.Training;

/// <summary>Walks through the features of all rows, one row after the other; a block of them is in memory at a time.</summary>
internal sealed class FeatureWalk
{
    private readonly StepFeatures _bank;
    private readonly StepRows _rows;
    private readonly float[] _block, _state, _scratch;
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
        if (isFirst)
            _bank.Begin(values, _rows.Inputs.AsSpan(_row * _bank.Inputs, _bank.Inputs), _state, _scratch);
        if (_row == _blockEnd)
        {
            _blockStart = _row;
            _blockEnd = Math.Min(_row + FilterBank.Block, _rows.Starts[_sequence + 1]);
            int channels = _bank.Inputs;
            _bank.Forward(
                values, _rows.Inputs.AsSpan(_blockStart * channels, (_blockEnd - _blockStart) * channels), _block, _state, _scratch);
        }
        _block.AsSpan((_row - _blockStart) * _bank.Size, features.Length).CopyTo(features);
        _row++;
        return true;
    }
}
