namespace Microsoft.ML.StateSpace;

/// <summary>What an exported model takes at a time.</summary>
public enum OnnxForm
{
    /// <summary>Whole sequences, a batch of any number and length, with their lengths as a second input.</summary>
    Sequences,

    /// <summary>
    /// One time step of each sequence of a batch, with the state of the model as an input and as an output. For causal models.
    /// </summary>
    Step,
}
