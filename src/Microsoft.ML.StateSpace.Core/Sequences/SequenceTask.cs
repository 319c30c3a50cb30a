namespace Microsoft.ML.StateSpace;

/// <summary>What a model predicts.</summary>
public enum SequenceTask
{
    /// <summary>One class for each sequence.</summary>
    Classification,

    /// <summary>One real vector for each time step.</summary>
    SequenceToSequence,
}
