namespace Microsoft.ML.StateSpace;

/// <summary>
/// A complex linear-input-varying system: step sizes, input and output matrices of a diagonal complex state space depend on the input. It
/// starts as an S5 that varies a little. Selective as S6, but with one state for all channels and with oscillating modes.
/// </summary>
/// <remarks>
/// The input and output matrices are of low rank, <c>B[u] u = b(u) * (B u)</c> and <c>C[u] x = C (c(u) * x)</c> with affine b and c. A map
/// from the input to every entry of a matrix, as the equation is printed, would have N H (H + 1) complex parameters on each side, about H
/// times as many as all the rest of the layer, and would cost as many multiply-adds a row. <c>B[u] u</c> would then hold all products of
/// two channels, which grow with the square of the input without any bound. So there is no option for it.
/// </remarks>
public sealed record LivOptions : NetworkOptions
{
    /// <summary>How an input enters a state over one step. Default: <see cref="InputDiscretization.ZeroOrderHold"/>.</summary>
    public InputDiscretization InputDiscretization { get; init; } = InputDiscretization.ZeroOrderHold;

    /// <summary>
    /// Smallest initial step size, in units of the sampling interval. Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public double? StepSizeMinimum { get; init; }

    /// <summary>
    /// Largest initial step size, in units of the sampling interval. Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public double? StepSizeMaximum { get; init; }

    /// <summary>How initial step sizes are drawn between the two. Default: <see cref="StepSizeDistribution.LogUniform"/>.</summary>
    public StepSizeDistribution StepSizes { get; init; } = StepSizeDistribution.LogUniform;

    /// <summary>How step sizes follow from the input. Default: <see cref="LivStepForm.Softplus"/>.</summary>
    public LivStepForm StepForm { get; init; } = LivStepForm.Softplus;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Defined(InputDiscretization);
        OptionCheck.Positive(StepSizeMinimum);
        OptionCheck.Positive(StepSizeMaximum);
        OptionCheck.Ordered(StepSizeMinimum, StepSizeMaximum);
        OptionCheck.Defined(StepSizes);
        OptionCheck.Defined(StepForm);
    }
}
