namespace Microsoft.ML.StateSpace;

/// <summary>
/// A complex linear-input-varying system: step sizes, input and output matrices of a diagonal complex state space depend on the input. It
/// starts as an S5 that varies a little. Selective as S6, but with one state for all channels and with oscillating modes.
/// </summary>
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

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Defined(InputDiscretization);
        OptionCheck.Positive(StepSizeMinimum);
        OptionCheck.Positive(StepSizeMaximum);
        OptionCheck.Ordered(StepSizeMinimum, StepSizeMaximum);
        OptionCheck.Defined(StepSizes);
    }
}
