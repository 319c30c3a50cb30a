namespace Microsoft.ML.StateSpace.Tables;

/// <summary>
/// Keeps the values of the last rows of a group in the slots of some columns. Slots of a window lie side by side: where the columns are
/// full, the rows that may still be needed move to the start.
/// </summary>
/// <param name="columns">The columns.</param>
/// <param name="kept">How many of the last rows may still be needed.</param>
internal sealed class StepStore(StepColumn[] columns, long kept)
{
    private const int FirstSlots = 64, Spare = 1024;

    private readonly int _most = columns.Length == 0 ? int.MaxValue : columns.Min(column => column.MostSlots);
    private int _slots, _used;

    // The row of the group that lies in the first slot.
    private long _base;

    /// <summary>Forgets the group.</summary>
    public void Clear() => (_base, _used) = (0, 0);

    /// <summary>Reads the table's current row. Returns false if no array can hold the rows that are needed.</summary>
    public bool Append()
    {
        if (_used == _slots && !MakeRoom())
            return false;
        foreach (var column in columns)
            column.Read(_used);
        _used++;
        return true;
    }

    /// <summary>The slot of a row of the group.</summary>
    public int Slot(long row) => (int)(row - _base);

    private bool MakeRoom()
    {
        long wanted = Math.Min(_most, 2 * kept + Spare);
        if (_slots < wanted)
        {
            _slots = (int)Math.Min(wanted, Math.Max(FirstSlots, 2L * _slots));
            foreach (var column in columns)
                column.Resize(_slots);
            return true;
        }
        int rest = (int)Math.Min(kept, int.MaxValue);
        if (rest >= _used)
            return false;
        foreach (var column in columns)
            column.Move(_used - rest, rest);
        _base += _used - rest;
        _used = rest;
        return true;
    }
}
