namespace Microsoft.ML.StateSpace;

/// <summary>
/// S4: for every channel a state space of its own whose matrix is diagonal plus a rank of one, from HiPPO-LegS, by the bilinear map
/// (Gu, Goel, Re, "Efficiently Modeling Long Sequences with Structured State Spaces", ICLR 2022, arXiv:2111.00396).
/// <see cref="S4DOptions"/> is the simpler and faster model of the same quality.
/// <see cref="NetworkOptions.StateSize"/> counts stored complex states of a channel: the paper's N = 64, which counts conjugate
/// partners, is a state size of 32.
/// </summary>
public sealed record S4Options : NetworkOptions
{
    private const int FewestStatesConvolved = 128;

    /// <summary>
    /// Smallest initial step size of a channel, in units of the sampling interval. Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public double? StepSizeMinimum { get; init; }

    /// <summary>
    /// Largest initial step size of a channel, in units of the sampling interval. Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public double? StepSizeMaximum { get; init; }

    /// <summary>How initial step sizes are drawn between the two. Default: <see cref="StepSizeDistribution.LogUniform"/>.</summary>
    public StepSizeDistribution StepSizes { get; init; } = StepSizeDistribution.LogUniform;

    /// <summary>How the layer is computed. The result is the same up to rounding. Only tests set this; users get the fastest way.</summary>
    internal ChannelExecution Execution { get; init; }

    internal bool Convolves(int states)
        => Execution == ChannelExecution.Convolution || (Execution == ChannelExecution.Automatic && states >= FewestStatesConvolved);

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Positive(StepSizeMinimum);
        OptionCheck.Positive(StepSizeMaximum);
        OptionCheck.Ordered(StepSizeMinimum, StepSizeMaximum);
        OptionCheck.Defined(StepSizes);
    }
}
