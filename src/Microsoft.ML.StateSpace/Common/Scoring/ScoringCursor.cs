using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.Scoring;

/// <summary>
/// Reads some rows ahead of the consumer, keeps the values of their active columns, and scores them together. It starts with one row and
/// doubles the number up to <see cref="LargestLookAhead"/>, so that looking at the first rows of a long view stays cheap; and it reads no
/// further where the rows are so long that keeping them would take much memory.
/// What goes wrong with a row is thrown when the consumer stands on that row and reads what is not there, with the type it has; where the
/// source cannot move on to a row, when the consumer moves there.
/// </summary>
internal sealed class ScoringCursor : DataViewRowCursor
{
    public const int LargestLookAhead = 64;

    /// <summary>Values of the input column behind which no further row is read ahead.</summary>
    public const long LargestVolume = 1 << 22;

    private readonly SequenceRowMapper _mapper;
    private readonly DataViewRowCursor _source;
    private readonly bool[] _active;
    private readonly Action<ScoredRow> _read;
    private readonly Delegate?[] _getters;
    private readonly KeptColumn?[] _kept;
    private readonly ValueGetter<DataViewRowId> _readId;
    private readonly DataViewRowId[] _ids = new DataViewRowId[LargestLookAhead];
    private readonly long[] _batches = new long[LargestLookAhead];
    private readonly ScoredRow[] _rows = new ScoredRow[LargestLookAhead];
    private int _lookAhead;
    private int _count;
    private int _slot = -1;
    private long _position = -1;
    private bool _ended;
    private ExceptionDispatchInfo? _sourceFailure;

    public ScoringCursor(SequenceRowMapper mapper, DataViewRowCursor source, bool[] active)
    {
        _mapper = mapper;
        _source = source;
        _active = active;
        _read = mapper.Reader(source);
        _readId = source.GetIdGetter();
        _getters = mapper.MakeGetters(active, () => _rows[Slot()].Scores);
        _kept = [.. mapper.InputSchema.Select(c => active[c.Index] ? KeptColumn.Of(source, c, LargestLookAhead) : null)];
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _position;

    public override long Batch => _slot >= 0 && _slot < _count ? _batches[_slot] : 0;

    public override bool MoveNext()
    {
        if (_ended)
            return false;
        if (++_slot >= _count)
            ReadAhead();
        _ended = _count == 0;
        _position = _ended ? -1 : _position + 1;
        return !_ended;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Slot()];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        GetterCheck.Active(_active, column);
        int inputs = _kept.Length;
        return GetterCheck.Typed<TValue>(
            column.Index < inputs ? _kept[column.Index]!.Getter(Slot) : _getters[column.Index - inputs], column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _source.Dispose();
        base.Dispose(disposing);
    }

    private void ReadAhead()
    {
        _lookAhead = Math.Clamp(2 * _lookAhead, 1, LargestLookAhead);
        _slot = _count = 0;
        _sourceFailure?.Throw();
        for (long volume = 0; _count < _lookAhead && volume < LargestVolume && MoveSource(); _count++)
        {
            var row = _rows[_count] ??= new ScoredRow();
            row.Position = _source.Position;
            Read(row);
            volume += row.ValueCount;
            _readId(ref _ids[_count]);
            _batches[_count] = _source.Batch;
            foreach (var column in _kept)
                column?.Keep(_count);
        }
        _mapper.Scorer.Score(_rows, _count);
    }

    // The rows before the one that the source cannot move on to are still delivered.
    private bool MoveSource()
    {
        try
        {
            return _source.MoveNext();
        }
        catch (Exception e)
        {
            _sourceFailure = ExceptionDispatchInfo.Capture(e);
            if (_count == 0)
                throw;
            return false;
        }
    }

    private void Read(ScoredRow row)
    {
        row.Failure = null;
        try
        {
            _read(row);
        }
        catch (Exception e)
        {
            row.Failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    private int Slot()
        => _slot >= 0 && _slot < _count
            ? _slot
            : throw new InvalidOperationException("The cursor stands on no row: MoveNext has not been called, or has returned false.");
}
