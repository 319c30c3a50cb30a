namespace Microsoft.ML.StateSpace.Tables;

/// <summary>Which slots of a <see cref="StepColumn"/> the current sequence, or its labels, are.</summary>
internal sealed class StepRange
{
    /// <summary>The first slot.</summary>
    public int Start { get; set; }

    /// <summary>The number of time steps.</summary>
    public int Count { get; set; }

    /// <summary>How many of them the table has; labels may lie beyond a group.</summary>
    public int Known { get; set; }
}
