namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Which rows of a group make a sequence: windows, the last window, or all of them.</summary>
/// <param name="Length">The number of rows.</param>
/// <param name="Stride">The number of rows from the start of a window to that of the next.</param>
/// <param name="Ahead">How many rows behind a window must be known for its label.</param>
/// <param name="KeepsIncomplete">Whether rows that would be left over make a last, shorter window.</param>
/// <param name="LastOnly">Whether only the window that ends with the group counts.</param>
internal sealed record Framing(int Length, int Stride, int Ahead, bool KeepsIncomplete, bool LastOnly)
{
    /// <summary>A group is one sequence: its last window, of any length.</summary>
    public static readonly Framing WholeGroups = new(int.MaxValue, 1, 0, KeepsIncomplete: true, LastOnly: true);

    public bool IsWhole => Length == int.MaxValue;

    /// <summary>The number of rows at the end of a group that may still be needed.</summary>
    public long Kept => IsWhole ? int.MaxValue : (long)Length + (LastOnly ? 0 : Ahead);

    /// <summary>How many rows of a group complete a window; never reached where only the last one counts.</summary>
    /// <param name="next">Where the window starts.</param>
    public long CompleteAt(long next) => LastOnly ? long.MaxValue : next + Length + Ahead;

    /// <summary>The window with which a group of so many rows ends, behind the complete ones. It has no rows where there is none.</summary>
    /// <param name="rows">Rows of the group.</param>
    /// <param name="next">Where the next window would start.</param>
    public (long First, int Count) Rest(long rows, long next)
    {
        if (LastOnly)
        {
            int count = (int)Math.Min(rows, Length);
            return count == Length || KeepsIncomplete ? (rows - count, count) : default;
        }
        long labelled = rows - Ahead, covered = next == 0 ? 0 : next - Stride + Length;
        return KeepsIncomplete && labelled > Math.Max(covered, next) ? (next, (int)(labelled - next)) : default;
    }
}
