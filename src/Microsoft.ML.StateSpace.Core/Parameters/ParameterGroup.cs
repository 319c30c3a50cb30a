namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>How the optimiser treats a parameter.</summary>
public enum ParameterGroup
{
    /// <summary>The learning rate, with weight decay: weight matrices.</summary>
    Decayed,

    /// <summary>The learning rate, no decay: biases, norms, feed-through.</summary>
    Plain,

    /// <summary>The learning rate times the state-space factor, no decay: poles, step sizes, input matrices.</summary>
    StateSpace,

    /// <summary>Not trained: statistics of the data.</summary>
    Fixed,
}
