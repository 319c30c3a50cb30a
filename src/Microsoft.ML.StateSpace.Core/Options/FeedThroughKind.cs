namespace Microsoft.ML.StateSpace;

/// <summary>The feed-through D of a linear system, by which an input reaches the output of its own step at once.</summary>
public enum FeedThroughKind
{
    /// <summary>A factor for each channel, at first standard normal, as in the papers of LRU and S5.</summary>
    Diagonal,

    /// <summary>
    /// A matrix, (outputs, inputs), at first normal of variance 1 / inputs, as in control. It decays as other matrices do.
    /// </summary>
    Dense,

    /// <summary>None. In <see cref="SystemForm.Pre"/> the output then comes a step behind its input.</summary>
    None,
}
