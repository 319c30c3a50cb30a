namespace Microsoft.ML.StateSpace;

/// <summary>
/// S4D: for every channel a diagonal state space of its own, one input and one output
/// (Gu, Gupta, Goel, Re, "On the Parameterization and Initialization of Diagonal State Space Models", NeurIPS 2022, arXiv:2206.11893).
/// <see cref="NetworkOptions.StateSize"/> counts stored complex states of a channel: the paper's N = 64, which counts conjugate
/// partners, is a state size of 32.
/// </summary>
public sealed record S4DOptions : NetworkOptions
{
    private const int FewestStatesConvolved = 128;

    /// <summary>The initial poles. Default: <see cref="S4DInitialization.Lin"/>.</summary>
    public S4DInitialization Initialization { get; init; } = S4DInitialization.Lin;

    /// <summary>
    /// Inner radius of the ring of initial eigenvalues, in [0, 1); used by <see cref="S4DInitialization.Ring"/> alone. Default: 0.8.
    /// </summary>
    public double RadiusMinimum { get; init; } = 0.8;

    /// <summary>
    /// Outer radius of the ring of initial eigenvalues, in (0, 1]; used by <see cref="S4DInitialization.Ring"/> alone. Default: 0.99.
    /// </summary>
    public double RadiusMaximum { get; init; } = 0.99;

    /// <summary>
    /// Largest initial phase of an eigenvalue, in radians a time step; used by <see cref="S4DInitialization.Ring"/> alone. Of a conjugate
    /// pair one is drawn. Default: pi.
    /// </summary>
    public double PhaseMaximum { get; init; } = Math.PI;

    /// <summary>How the continuous system becomes a discrete one. Default: <see cref="Discretization.ZeroOrderHold"/>.</summary>
    public Discretization Discretization { get; init; } = Discretization.ZeroOrderHold;

    /// <summary>Smallest initial step size of a channel, in units of the sampling interval; the slowest channel then forgets within about 2
    /// / minimum time steps.
    /// Default: <see langword="null"/>, chosen from the data.</summary>
    public double? StepSizeMinimum { get; init; }

    /// <summary>
    /// Largest initial step size of a channel, in units of the sampling interval. Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public double? StepSizeMaximum { get; init; }

    /// <summary>How initial step sizes are drawn between the two. Default: <see cref="StepSizeDistribution.LogUniform"/>.</summary>
    public StepSizeDistribution StepSizes { get; init; } = StepSizeDistribution.LogUniform;

    /// <summary>
    /// Factor on the initial frequencies, which are the imaginary parts of the poles. Training hardly moves a pole to a far frequency, so
    /// the poles should start near the frequencies that matter (Yu et al., "Tuning Frequency Bias of State Space Models", ICLR 2025,
    /// arXiv:2410.02035, where it is called alpha). A state whose frequency exceeds the Nyquist frequency starts with no output. Default:
    /// 1.
    /// </summary>
    public double FrequencyScale { get; init; } = 1;

    /// <summary>
    /// Initial exponent beta of a filter <c>(1 + frequency)^beta</c> for each channel, with the frequency in parts of the sampling rate.
    /// The exponent is trained. Above 0 the model learns high frequencies sooner, below 0 low ones (the same paper). The filter sees the
    /// future, so it needs a bidirectional model, which cannot stream. Default: <see langword="null"/>, no filter.
    /// </summary>
    public double? SobolevExponent { get; init; }

    /// <summary>How the layer is computed. The result is the same up to rounding. Only tests set this; users get the fastest way.</summary>
    internal ChannelExecution Execution { get; init; }

    internal bool Convolves(int states)
        => SobolevExponent is not null || Execution == ChannelExecution.Convolution
            || (Execution == ChannelExecution.Automatic && states >= FewestStatesConvolved);

    internal override void RequireIntervals()
    {
        base.RequireIntervals();
        if (SobolevExponent is double exponent)
        {
            throw new ArgumentOutOfRangeException(
                nameof(SobolevExponent), exponent,
                "SobolevExponent filters the spectrum of time steps that are equally far apart, so it does not go with time intervals: "
                + "set SobolevExponent to null, or leave IntervalColumnName null.");
        }
    }

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Defined(Initialization);
        OptionCheck.Defined(Discretization);
        OptionCheck.Positive(StepSizeMinimum);
        OptionCheck.Positive(StepSizeMaximum);
        OptionCheck.Ordered(StepSizeMinimum, StepSizeMaximum);
        OptionCheck.Defined(StepSizes);
        OptionCheck.InRange(RadiusMinimum, 0, 1, upperIncluded: false);
        OptionCheck.InRange(RadiusMaximum, 0, 1);
        OptionCheck.Ordered(RadiusMinimum, RadiusMaximum);
        OptionCheck.Positive(PhaseMaximum);
        OptionCheck.Positive(FrequencyScale);
        OptionCheck.InRange(SobolevExponent, -10, 10);
        if (SobolevExponent is double exponent && Bidirectional == false)
        {
            throw new ArgumentOutOfRangeException(
                nameof(SobolevExponent), exponent,
                "SobolevExponent makes a filter that sees the future, so the model cannot be causal: set Bidirectional to true, or "
                + "SobolevExponent to null.");
        }
    }
}

/// <summary>The executions of a core whose channels are independent.</summary>
internal enum ChannelExecution
{
    Automatic,
    Scan,
    Convolution,
}
