namespace Microsoft.ML.StateSpace;

/// <summary>When the output of a linear recurrence sees its state.</summary>
public enum SystemForm
{
    /// <summary>
    /// After the update with the input of the same step: <c>x_t = lambda x_{t-1} + B u_t</c>, <c>y_t = C x_t + D u_t</c>, as in the code of
    /// LRU, S4, S5 and Mamba. An input reaches the output of its own step by way of the state.
    /// </summary>
    Post,

    /// <summary>
    /// Before the update: <c>y_t = C x_t + D u_t</c>, <c>x_{t+1} = lambda x_t + B u_t</c>, as in control and identification. An input
    /// reaches the output of its own step by way of D alone; without D every answer is a step late. The post system (A, B, C, D) is the
    /// pre system (A, B, C A, C B + D).
    /// </summary>
    Pre,
}
