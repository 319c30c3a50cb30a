namespace Microsoft.ML.StateSpace;

/// <summary>
/// RG-LRU: a real diagonal recurrence whose decay and input are gated by the input, the core of Hawk and Griffin
/// (De, Smith et al., "Griffin: Mixing Gated Linear Recurrences with Local Attention for Efficient Language Models", 2024,
/// arXiv:2402.19427, section 2.4).
/// Every channel is one state, so <see cref="NetworkOptions.StateSize"/> must stay <see langword="null"/>.
/// </summary>
public sealed record RgLruOptions : NetworkOptions
{
    /// <summary>Number of blocks on the diagonal of the two gates' matrices; must divide the channels of the core. Default: 1.</summary>
    public int Heads { get; init; } = 1;

    /// <summary>The law of the initial decays. Default: <see cref="RgLruInitialization.RingOnA"/>.</summary>
    public RgLruInitialization Initialization { get; init; } = RgLruInitialization.RingOnA;

    /// <summary>Smallest initial decay, in [0, 1). Default: 0.9.</summary>
    public double RadiusMinimum { get; init; } = 0.9;

    /// <summary>Largest initial decay, in [0, 1). Default: 0.999.</summary>
    public double RadiusMaximum { get; init; } = 0.999;

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
        OptionCheck.Defined(FirstStep);
    }
}
