namespace Microsoft.ML.StateSpace;

/// <summary>How the step sizes of a linear-input-varying system follow from a projection of the input.</summary>
public enum LivStepForm
{
    /// <summary><c>softplus</c>, as in Mamba: every state has a step size of its own.</summary>
    Softplus,

    /// <summary>
    /// <c>softmax</c> over the states, as the equation is printed: the step sizes are shares of one sampling interval, so that a state can
    /// only run faster while others run slower. The initial step sizes are in proportion to those that are drawn.
    /// </summary>
    Softmax,
}
