namespace Microsoft.ML.StateSpace;

/// <summary>
/// S5: a multi-input multi-output diagonal state space with HiPPO-LegS initialisation and one step size a state
/// (Smith, Warrington, Linderman, "Simplified State Space Layers for Sequence Modeling", ICLR 2023, arXiv:2208.04933).
/// </summary>
/// <remarks>States come in conjugate pairs, of which one is stored (the code's <c>conj_sym</c>): a real system needs no others.</remarks>
public sealed record S5Options : NetworkOptions
{
    /// <summary>Number of HiPPO-LegS blocks on the diagonal of the initial state matrix; must divide the state size. Default: 1.</summary>
    public int Blocks { get; init; } = 1;

    /// <summary>How the continuous system becomes a discrete one. Default: <see cref="Discretization.ZeroOrderHold"/>.</summary>
    public Discretization Discretization { get; init; } = Discretization.ZeroOrderHold;

    /// <summary>Smallest initial step size, in units of the sampling interval; the slowest state then forgets within about 2 / minimum time
    /// steps.
    /// Default: <see langword="null"/>, chosen from the data.</summary>
    public double? StepSizeMinimum { get; init; }

    /// <summary>
    /// Largest initial step size, in units of the sampling interval. Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public double? StepSizeMaximum { get; init; }

    /// <summary>How initial step sizes are drawn between the two. Default: <see cref="StepSizeDistribution.LogUniform"/>.</summary>
    public StepSizeDistribution StepSizes { get; init; } = StepSizeDistribution.LogUniform;

    /// <summary>Whether all states of a block share one step size, instead of one each. (The code's <c>dt_global</c> is something else: the
    /// rate at which step sizes are trained.) Default: <see langword="false"/>.</summary>
    public bool GlobalStepSize { get; init; }

    /// <summary>How the real parts of the poles are kept negative. Default: <see cref="S5Parametrization.Exponential"/>.</summary>
    public S5Parametrization Parametrization { get; init; } = S5Parametrization.Exponential;

    /// <summary>
    /// The initial poles. <see cref="Blocks"/>, the initial step sizes and <see cref="OutputInitialization"/> are of use with
    /// <see cref="S5Initialization.HippoLegS"/> alone, which is the default.
    /// </summary>
    public S5Initialization Initialization { get; init; } = S5Initialization.HippoLegS;

    /// <summary>
    /// Inner radius of the ring of initial eigenvalues, in [0, 1); used by <see cref="S5Initialization.Ring"/> alone. Default: 0.8.
    /// </summary>
    public double RadiusMinimum { get; init; } = 0.8;

    /// <summary>
    /// Outer radius of the ring of initial eigenvalues, in (0, 1]; used by <see cref="S5Initialization.Ring"/> alone. Default: 0.99.
    /// </summary>
    public double RadiusMaximum { get; init; } = 0.99;

    /// <summary>
    /// Largest initial phase of an eigenvalue, in radians a time step; used by <see cref="S5Initialization.Ring"/> alone. Of a conjugate
    /// pair one is drawn. Default: pi.
    /// </summary>
    public double PhaseMaximum { get; init; } = Math.PI;

    /// <summary>The initial output matrix. Default: <see cref="S5OutputInitialization.TruncatedStandardNormal"/>.</summary>
    public S5OutputInitialization OutputInitialization { get; init; } = S5OutputInitialization.TruncatedStandardNormal;

    /// <summary>
    /// Factor on the initial frequencies, which are the imaginary parts of the poles. Training hardly moves a pole to a far frequency, so
    /// the poles should start near the frequencies that matter (Yu et al., "Tuning Frequency Bias of State Space Models", ICLR 2025,
    /// arXiv:2410.02035, where it is called alpha). A state whose frequency exceeds the Nyquist frequency starts with no output. Default:
    /// 1.
    /// </summary>
    public double FrequencyScale { get; init; } = 1;

    /// <summary>Whether the output sees the state after the update or before it. In pre form with intervals, an input acts from its step to
    /// the next one. Default: <see cref="SystemForm.Post"/>.</summary>
    public SystemForm Form { get; init; } = SystemForm.Post;

    /// <summary>D. Default: <see cref="FeedThroughKind.Diagonal"/>.</summary>
    public FeedThroughKind FeedThrough { get; init; } = FeedThroughKind.Diagonal;

    /// <summary>
    /// Channels that go into the recurrence, n_u, where they are not those of the layer: a matrix leads from ModelSize channels to these.
    /// Only a <see cref="LinearScaffold"/> and a <see cref="WienerScaffold"/> have such matrices. The number of states, n_x, is
    /// <see cref="NetworkOptions.StateSize"/>. Default: <see langword="null"/>, ModelSize.
    /// </summary>
    public int? CoreInputs { get; init; }

    /// <summary>
    /// Channels that come out of the recurrence, n_y, where they are not those of the layer: as <see cref="CoreInputs"/>, with a matrix
    /// that leads back. Default: <see langword="null"/>, ModelSize.
    /// </summary>
    public int? CoreOutputs { get; init; }

    internal override (int? Inputs, int? Outputs) CoreSizes => (CoreInputs, CoreOutputs);

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Size(Blocks);
        OptionCheck.Positive(StepSizeMinimum);
        OptionCheck.Positive(StepSizeMaximum);
        OptionCheck.Defined(Discretization);
        OptionCheck.Defined(Parametrization);
        OptionCheck.Defined(OutputInitialization);
        OptionCheck.InRange(RadiusMinimum, 0, 1, upperIncluded: false);
        OptionCheck.InRange(RadiusMaximum, 0, 1);
        OptionCheck.Ordered(RadiusMinimum, RadiusMaximum);
        OptionCheck.Positive(PhaseMaximum);
        OptionCheck.Defined(Initialization);
        OptionCheck.Defined(Form);
        OptionCheck.Defined(FeedThrough);
        ValidateCoreSizes(FeedThrough);
        OptionCheck.Positive(FrequencyScale);
        OptionCheck.Ordered(StepSizeMinimum, StepSizeMaximum);
        OptionCheck.Defined(StepSizes);
        if (StateSize is int states && states % Blocks != 0)
            throw new ArgumentOutOfRangeException(
                nameof(Blocks), Blocks, $"Blocks must divide StateSize: {states} states cannot be split into {Blocks} equal blocks.");
    }
}
