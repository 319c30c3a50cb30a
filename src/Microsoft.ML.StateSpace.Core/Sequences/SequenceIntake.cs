namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// The first reading of rows. Sequences stay in memory as long as they fit a budget. Where they do not, all are let go, the rest is read
/// for what <see cref="RowLedger"/> notes, and whoever needs the values reads them again.
/// </summary>
internal static class SequenceIntake
{
    /// <param name="rows">The rows.</param>
    /// <param name="budget">Bytes that the sequences may take in memory.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static (SequenceSource Data, RowLedger Ledger) Read(SequenceRows rows, long budget, CancellationToken cancellation)
    {
        var set = rows.CreateSet();
        var ledger = new RowLedger(set.Empty());
        var row = new SequenceRow();
        bool fits = true;
        using (var cursor = rows.Open())
        {
            while (cursor.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                cursor.Read(row);
                ledger.Add(row);
                if (fits && set.Bytes + set.BytesOf(row.Length) > budget)
                {
                    fits = false;
                    set.Clear();
                }
                if (fits)
                    set.Add(row);
            }
        }
        if (fits)
            return (set, ledger);
        // What was let go must be free memory before the pool of the training takes its own, or both together exceed the budget.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return (new StreamedSet(new StreamedRows(rows, ledger, budget)), ledger);
    }
}
