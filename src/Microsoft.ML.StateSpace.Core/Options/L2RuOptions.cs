namespace Microsoft.ML.StateSpace;

/// <summary>
/// L2RU: recurrences whose l2 gain (H-infinity norm) is bounded for every value of their free parameters, in a network whose whole gain is
/// at most
/// <see cref="Gain"/> after every optimiser step (Massai, Zakwan and Ferrari-Trecate, "L2RU: a Structured State Space Model with prescribed
/// L2-bound", 2025, arXiv:2503.23818v3). The trained model states its
/// <see cref="Analysis.Certificate"/>. A certified model is causal, starts from rest, and has no norm and no dropout.
/// </summary>
public sealed record L2RuOptions : NetworkOptions
{
    /// <summary>The largest width of <see cref="L2RuParametrization.Square"/>, whose state matrix is dense.</summary>
    internal const int MostSquareStates = 64;

    /// <summary>
    /// The largest l2 gain of the whole network, from standardised inputs to standardised outputs (or to logits). It must not be below what
    /// the process itself amplifies, its static gain for instance, or the network cannot follow it. Default: 1.
    /// </summary>
    public double Gain { get; init; } = 1;

    /// <summary>
    /// Whether the bound of each recurrence, gamma in the paper, is 1 or trained, and whether the decoder takes back what the layers then
    /// amplify. A trained gain begins at 1. Default: <see cref="CoreGain.Fixed"/>.
    /// </summary>
    public CoreGain CoreGain { get; init; } = CoreGain.Fixed;

    /// <summary>How the recurrence is parametrised. Default: <see cref="L2RuParametrization.Dilation"/>.</summary>
    public L2RuParametrization Parametrization { get; init; } = L2RuParametrization.Dilation;

    /// <summary>
    /// Inner radius of the ring of initial eigenvalues, in [0, 1); not used by <see cref="L2RuParametrization.Square"/>. Default: 0.8.
    /// </summary>
    public double RadiusMinimum { get; init; } = 0.8;

    /// <summary>
    /// Outer radius of the ring of initial eigenvalues, in (0, 1]; not used by <see cref="L2RuParametrization.Square"/>. Default: 0.99.
    /// </summary>
    public double RadiusMaximum { get; init; } = 0.99;

    /// <summary>Largest initial phase of an eigenvalue, in radians a time step; used by <see cref="L2RuParametrization.Dilation"/> and
    /// <see cref="L2RuParametrization.NonSquare"/>. Default: 2 pi.</summary>
    public double PhaseMaximum { get; init; } = Math.Tau;

    internal override void Validate()
    {
        OptionCheck.Positive(Gain);
        OptionCheck.Defined(CoreGain);
        OptionCheck.Defined(Parametrization);
        OptionCheck.InRange(RadiusMinimum, 0, 1, upperIncluded: false);
        OptionCheck.InRange(RadiusMaximum, 0, 1);
        OptionCheck.Ordered(RadiusMinimum, RadiusMaximum);
        OptionCheck.Positive(PhaseMaximum);
        base.Validate();
        if (Bidirectional == true)
        {
            throw new ArgumentOutOfRangeException(nameof(Bidirectional), Bidirectional,
                "Bidirectional must not be true with L2RuOptions: the gain is that of a causal system that starts from rest. Set it "
                + "to false, or leave it null.");
        }
        if (ChosenScaffold is not CertifiedScaffold)
        {
            throw new ArgumentOutOfRangeException(nameof(Scaffold), ChosenScaffold.GetType().Name,
                "Scaffold must be a CertifiedScaffold with L2RuOptions: other blocks add norms, biases or gates without a bound, and "
                + "the gain of the network would not be known. Leave it null, or take another core.");
        }
        if (Parametrization == L2RuParametrization.Square)
            ValidateSquare();
    }

    private void ValidateSquare()
    {
        if (ModelSize > MostSquareStates)
        {
            throw new ArgumentOutOfRangeException(nameof(ModelSize), ModelSize,
                $"ModelSize must be at most {MostSquareStates} with Parametrization = Square: its state matrix is dense, (ModelSize, "
                + "ModelSize), and works one time step after the other. Take Dilation for wider networks.");
        }
        if (StateSize is int states && ModelSize is int size && states != size)
        {
            throw new ArgumentOutOfRangeException(nameof(StateSize), states,
                $"StateSize must equal ModelSize, which is {size}, with Parametrization = Square: as many states as channels. Leave "
                + "it null, or take Dilation.");
        }
    }
}
