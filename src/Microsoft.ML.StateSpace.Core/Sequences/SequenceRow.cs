namespace Microsoft.ML.StateSpace.Sequences;

/// <summary>
/// One sequence with its targets, as it was read. The arrays serve the next sequence too, so other numbers may stand behind the end of this
/// one.
/// </summary>
internal sealed class SequenceRow
{
    /// <summary>Time steps.</summary>
    public int Length;

    /// <summary>Time steps of the first sequence, where the row holds a pair: the second lies behind it.</summary>
    public int Split;

    /// <summary>(length, features).</summary>
    public float[] Values = [];

    /// <summary>The time from the step before to each step, (length), where there are intervals.</summary>
    public float[] Intervals = [];

    /// <summary>(target rows), where targets are classes.</summary>
    public int[] Classes = [];

    /// <summary>(target rows, width), where targets are values.</summary>
    public float[] Targets = [];
}
