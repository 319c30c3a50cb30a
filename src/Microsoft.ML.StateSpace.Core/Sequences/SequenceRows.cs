namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// Rows outside of the library that hold sequences with their targets. Every reading gives the same rows in the same order.
/// </summary>
internal abstract class SequenceRows
{
    /// <summary>An empty set for such sequences.</summary>
    public abstract SequenceSet CreateSet();

    /// <summary>Begins a reading.</summary>
    public abstract SequenceCursor Open();
}

/// <summary>One reading of rows.</summary>
internal abstract class SequenceCursor : IDisposable
{
    /// <summary>Goes to the next row; false behind the last one.</summary>
    public abstract bool MoveNext();

    /// <summary>Reads the row and checks it.</summary>
    public abstract void Read(SequenceRow row);

    public abstract void Dispose();
}
