namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// One reading of some sequences of rows, in order. Each row is read once, however many sequences it holds, and none without a sequence.
/// Rows that have changed since the first reading are refused.
/// </summary>
internal sealed class SequenceReading(
    SequenceRows rows, RowLedger ledger, SequencePlace[] places, CancellationToken cancellation) : IDisposable
{
    private readonly SequenceCursor _cursor = rows.Open();
    private int _next;
    private int _read; // rows behind which the cursor is

    /// <summary>The row of the present sequence.</summary>
    public SequenceRow Row { get; } = new();

    /// <summary>The present sequence.</summary>
    public SequencePlace Place => places[_next - 1];

    /// <summary>Goes to the next sequence; false behind the last one.</summary>
    public bool MoveNext()
    {
        if (_next == places.Length)
        {
            Skip(ledger.Count);
            ledger.RequireCount(_read, _cursor.MoveNext());
            return false;
        }
        int row = places[_next].Row;
        if (row >= _read)
        {
            Skip(row);
            if (!Move())
                ledger.RequireCount(_read, isMore: false);
            _cursor.Read(Row);
            ledger.Require(row, Row);
        }
        _next++;
        return true;
    }

    public void Dispose() => _cursor.Dispose();

    private void Skip(int row)
    {
        while (_read < row && Move())
        {
        }
    }

    private bool Move()
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_cursor.MoveNext())
            return false;
        _read++;
        return true;
    }
}
