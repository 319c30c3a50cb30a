namespace Microsoft.ML.StateSpace;

/// <summary>What a model answers.</summary>
public enum SequenceTask
{
    /// <summary>One class a sequence.</summary>
    Classification,

    /// <summary>One real vector a time step.</summary>
    SequenceToSequence,
}
