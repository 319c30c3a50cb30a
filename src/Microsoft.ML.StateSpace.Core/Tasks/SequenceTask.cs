namespace Microsoft.ML.StateSpace;

/// <summary>
/// What a model predicts. The four tasks are the corners of two choices: one answer for each sequence or one for each time step, and a
/// class or a value.
/// </summary>
public enum SequenceTask
{
    /// <summary>One class for each sequence.</summary>
    Classification,

    /// <summary>One real vector for each time step.</summary>
    SequenceToSequence,

    /// <summary>One real vector for each sequence.</summary>
    Regression,

    /// <summary>One class for each time step.</summary>
    Tagging,
}
