using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>
/// A row with its scores. They are computed once for each position, and only when they are asked for. As with all rows, only one thread may
/// use it at a time.
/// </summary>
internal sealed class ScoringRow : DataViewRow
{
    private readonly SequenceRowMapper _mapper;
    private readonly DataViewRow _input;
    private readonly bool[] _active;
    private readonly Delegate?[] _getters;
    private readonly Action<ScoredRow>? _read;
    private readonly ScoredRow _scored = new() { Position = -1 };
    private bool _hasScores = true;

    public ScoringRow(SequenceRowMapper mapper, DataViewRow input, bool[] active)
    {
        _mapper = mapper;
        _input = input;
        _active = active;
        _getters = mapper.MakeGetters(active, Scores);
        _read = mapper.NeedsScores(active) ? mapper.Reader(input) : null;
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        GetterCheck.Active(_active, column);
        int inputs = _mapper.InputSchema.Count;
        return column.Index < inputs
            ? _input.GetGetter<TValue>(_mapper.InputSchema[column.Index])
            : GetterCheck.Typed<TValue>(_getters[column.Index - inputs], column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private ReadOnlySpan<float> Scores()
    {
        if (!_hasScores || _scored.Position != _input.Position)
        {
            _hasScores = false; // where this row cannot be scored, it must not answer with the scores of the one before
            _mapper.Scorer.ScoreAlone(_scored, _input.Position, _read!);
            _hasScores = true;
        }
        return _scored.Scores;
    }
}
