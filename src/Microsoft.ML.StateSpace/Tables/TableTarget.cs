namespace Microsoft.ML.StateSpace;

/// <summary>What a sequence that is made of the rows of a table is asked for.</summary>
public enum TableTarget
{
    /// <summary>
    /// One answer. The label of a group must be the same in all of its rows; that of a window is the one of its last row, or of the row
    /// that is <see cref="WindowOptions.Horizon"/> rows later.
    /// </summary>
    Sequence,

    /// <summary>An answer for every time step: the label of its row, or of the row that is that many rows later.</summary>
    EveryStep,
}
