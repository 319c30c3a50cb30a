namespace Microsoft.ML.StateSpace;

/// <summary>
/// RG-LRU: a real diagonal recurrence whose decay and input are gated by the input, the core of Hawk and Griffin
/// (De, Smith et al., "Griffin: Mixing Gated Linear Recurrences with Local Attention for Efficient Language Models", 2024,
/// arXiv:2402.19427, section 2.4).
/// With <see cref="Complex"/> two channels are one complex state, which the recurrence gate turns as well (the complex form in the code of
/// recurrentgemma; CG-LRU in appendix B of the paper).
/// Otherwise every channel is one state, so in both forms <see cref="NetworkOptions.StateSize"/> must stay <see langword="null"/>.
/// </summary>
public sealed record RgLruOptions : NetworkOptions
{
    /// <summary>
    /// Whether the states are complex: the first half of the core's channels are real parts, the second half imaginary parts. A gate then
    /// serves both parts of a state, and the state turns by up to an angle of its own, <c>r_t Omega</c>, in a step. So the core can count
    /// and oscillate, with half of the gates' weights; the core must have an even number of channels. Default: <see langword="false"/>.
    /// </summary>
    public bool Complex { get; init; }

    /// <summary>
    /// Number of blocks on the diagonal of the two gates' matrices; must divide the channels of the core, and half of them where
    /// <see cref="Complex"/> is set. Default: 1.
    /// </summary>
    public int Heads { get; init; } = 1;

    /// <summary>The law of the initial decays. Default: <see cref="RgLruInitialization.RingOnA"/>.</summary>
    public RgLruInitialization Initialization { get; init; } = RgLruInitialization.RingOnA;

    /// <summary>Smallest initial decay, in [0, 1). Default: 0.9.</summary>
    public double RadiusMinimum { get; init; } = 0.9;

    /// <summary>Largest initial decay, in [0, 1). Default: 0.999.</summary>
    public double RadiusMaximum { get; init; } = 0.999;

    /// <summary>
    /// Largest initial angle that a complex state turns by in a step of an open gate, in radians; the angles are drawn uniformly from 0 to
    /// it. Without <see cref="Complex"/> it has no use. Default: 0.1 pi, as in the reference code.
    /// </summary>
    public double PhaseMaximum { get; init; } = 0.1 * Math.PI;

    /// <summary>How the first time step of a sequence is taken. Default: <see cref="RgLruFirstStep.UnitMultiplier"/>.</summary>
    public RgLruFirstStep FirstStep { get; init; } = RgLruFirstStep.UnitMultiplier;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.Size(Heads);
        OptionCheck.Defined(Initialization);
        OptionCheck.InRange(RadiusMinimum, 0, 1, upperIncluded: false);
        OptionCheck.InRange(RadiusMaximum, 0, 1, upperIncluded: false);
        OptionCheck.Ordered(RadiusMinimum, RadiusMaximum);
        OptionCheck.Positive(PhaseMaximum);
        OptionCheck.Defined(FirstStep);
    }
}
