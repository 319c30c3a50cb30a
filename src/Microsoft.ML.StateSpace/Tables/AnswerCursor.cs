namespace Microsoft.ML.StateSpace.Tables;

/// <summary>
/// Goes through predictions beside the rows of a table. A row gets the answer of the first sequence that has one for it, which of windows
/// that overlap is the one that has seen most rows before it.
/// </summary>
internal sealed class AnswerCursor : IDisposable
{
    private readonly Joining _joining;
    private readonly TableRows _rows;
    private readonly ValueGetter<long> _readFirst, _readLast;
    private readonly GroupColumn? _group, _groupOfRow;
    private bool _has, _isSame;
    private long _first = -1, _last = -1, _compared;

    public AnswerCursor(Joining joining, IDataView predictions, TableRows rows, bool[] wanted)
    {
        _joining = joining;
        _rows = rows;
        DataViewSchema.Column?[] needed =
        [
            joining.First, joining.Last, joining.Group, .. joining.Columns.Where((_, i) => wanted[i]).Cast<DataViewSchema.Column?>(),
        ];
        Cursor = predictions.GetRowCursor(needed.OfType<DataViewSchema.Column>().DistinctBy(column => column.Index));
        _readFirst = Cursor.GetGetter<long>(joining.First);
        _readLast = Cursor.GetGetter<long>(joining.Last);
        if (joining.Group is { } group)
        {
            _group = GroupColumn.Of(Cursor, group);
            _groupOfRow = GroupColumn.Of(rows.Cursor, joining.Layout.Group!.Value);
        }
        Advance();
    }

    public DataViewRowCursor Cursor { get; }

    /// <summary>The number of the sequence, counted from 1; 0 before the first.</summary>
    public long Number { get; private set; }

    /// <summary>Whether there is an answer for the current row of the table.</summary>
    public bool Has { get; private set; }

    /// <summary>Which time step of the sequence the answer is, where it has one for each.</summary>
    public int Step { get; private set; }

    /// <summary>The number of time steps of the sequence.</summary>
    public int Steps => (int)(_last - _first + 1);

    /// <summary>An error of the table's current row.</summary>
    public InvalidOperationException Error(string message) => _rows.Error(message);

    /// <summary>Finds the answer for the table's current row.</summary>
    public void MoveTo(long row)
    {
        int ahead = _joining.Ahead;
        while (_has && _last + ahead < row)
            Advance();
        long from = (_joining.AnswersAllRows ? _first : _last) + ahead;
        Has = _has && from <= row && IsSameGroup();
        Step = (int)(row - ahead - _first);
    }

    /// <summary>Requires that no sequence lies beyond the table, which has so many rows.</summary>
    public void End(long rows)
    {
        for (Has = false; _has; Advance())
            if (_last >= rows)
                throw Other($"the table ends here, but there is a prediction for its rows {_first} to {_last}");
    }

    public void Dispose() => Cursor.Dispose();

    private void Advance()
    {
        long before = _last;
        _has = Cursor.MoveNext();
        if (!_has)
            return;
        Number++;
        _readFirst(ref _first);
        _readLast(ref _last);
        if (_first < 0 || _last < _first || _last - _first >= Array.MaxLength || _last <= before)
            throw new InvalidOperationException(
                $"Prediction {Number - 1} is one for the rows {_first} to {_last}, and the one before ends in row {before}. Leave the "
                + "predictions in the order in which ToSequences or ToWindows makes them; leaving some out is no harm.");
        _group?.Continues();
    }

    // Behind a horizon, a row of another group is no row of the sequence: what was predicted lies beyond its group.
    private bool IsSameGroup()
    {
        if (_group is null)
            return true;
        bool changed = !_groupOfRow!.Continues();
        if (changed)
            _groupOfRow.Begin();
        if (changed || _compared != Number)
            (_compared, _isSame) = (Number, _group.Text == _groupOfRow.Text);
        return _isSame || _joining.Ahead > 0
            ? _isSame
            : throw Other($"it belongs to group '{_groupOfRow.Text}', but its prediction to group '{_group.Text}'");
    }

    private InvalidOperationException Other(string what)
        => Error($"{what}. Give the table that the sequences were made of, with the same options.");
}
