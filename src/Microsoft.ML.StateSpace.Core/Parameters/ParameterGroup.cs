namespace Microsoft.ML.StateSpace.Parameters;

/// <summary>How the optimiser treats a parameter.</summary>
public enum ParameterGroup
{
    /// <summary>Trained with the learning rate and weight decay: weight matrices.</summary>
    Decayed,

    /// <summary>Trained with the learning rate, without decay: biases, norms, feed-through.</summary>
    Plain,

    /// <summary>Trained with the learning rate times the state-space factor, without decay: poles, step sizes, input matrices.</summary>
    StateSpace,

    /// <summary>Not trained: statistics of the data.</summary>
    Fixed,
}
