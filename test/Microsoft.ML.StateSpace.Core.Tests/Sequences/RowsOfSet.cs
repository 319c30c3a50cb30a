using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Core.Tests.Sequences;

/// <summary>The sequences of a set as rows that are read from outside.</summary>
internal sealed class RowsOfSet(SequenceSet set) : SequenceRows
{
    /// <summary>Readings that have begun so far, and those that have ended.</summary>
    public int Opened { get; private set; }

    public int Closed { get; private set; }

    /// <summary>Rows whose values were read.</summary>
    public int Reads { get; private set; }

    /// <summary>What the next readings give instead.</summary>
    public SequenceSet? Instead { get; set; }

    public Action? OnRead { get; set; }

    public static StreamedSet Stream(SequenceSet set, long budget) => (StreamedSet)Stream(new RowsOfSet(set), budget);

    public static SequenceSource Stream(RowsOfSet rows, long budget) => SequenceIntake.Read(rows, budget, CancellationToken.None).Data;

    public override SequenceSet CreateSet() => set.Empty();

    public override SequenceCursor Open()
    {
        Opened++;
        return new Cursor(this, Instead ?? set);
    }

    private sealed class Cursor(RowsOfSet rows, SequenceSet set) : SequenceCursor
    {
        private int _index = -1;

        public override bool MoveNext() => ++_index < set.Count;

        public override void Read(SequenceRow row)
        {
            rows.OnRead?.Invoke();
            rows.Reads++;
            row.Length = set.Length(_index);
            row.Split = set.Split(_index);
            Copy(set.Values(_index), ref row.Values);
            Copy(set.Intervals(_index), ref row.Intervals);
            Copy(set.Classes(_index), ref row.Classes);
            Copy(set.TargetsOf(_index), ref row.Targets);
        }

        public override void Dispose() => rows.Closed++;

        private static void Copy<T>(ReadOnlySpan<T> from, ref T[] to)
        {
            if (to.Length < from.Length)
                to = new T[from.Length];
            from.CopyTo(to);
        }
    }
}
