namespace Microsoft.ML.StateSpace;

/// <summary>What the recurrences of a certified network may amplify.</summary>
public enum CoreGain
{
    /// <summary>Every recurrence has a gain of at most 1, and the network one of at most <see cref="L2RuOptions.Gain"/>.</summary>
    Fixed,

    /// <summary>
    /// The bound of every recurrence is trained, and the decoder takes back what the layers amplify together: the network stays within
    /// <see cref="L2RuOptions.Gain"/> after every optimiser step.
    /// </summary>
    Balanced,

    /// <summary>
    /// The bound of every recurrence is trained, and nothing takes it back. The network has a bound after every optimiser step, which
    /// begins at no more than <see cref="L2RuOptions.Gain"/> and becomes what training makes of it; the
    /// <see cref="Analysis.Certificate"/> states it.
    /// </summary>
    Free,
}
