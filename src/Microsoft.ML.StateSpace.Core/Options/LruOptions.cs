namespace Microsoft.ML.StateSpace;

/// <summary>
/// LRU: a diagonal complex recurrence with eigenvalues drawn on a ring of the unit disk
/// (Orvieto et al., "Resurrecting Recurrent Neural Networks for Long Sequences", ICML 2023, arXiv:2303.06349).
/// </summary>
public sealed record LruOptions : NetworkOptions
{
    /// <summary>Inner radius of the ring of initial eigenvalues, in [0, 1). Default: 0.8.</summary>
    public double RadiusMinimum { get; init; } = 0.8;

    /// <summary>Outer radius of the ring of initial eigenvalues, in (0, 1]. Default: 0.99.</summary>
    public double RadiusMaximum { get; init; } = 0.99;

    /// <summary>Largest initial phase of an eigenvalue, in radians a time step. Default: 2 pi.</summary>
    public double PhaseMaximum { get; init; } = Math.Tau;

    /// <summary>How the input of each state is scaled. Default: <see cref="LruNormalization.Trainable"/>.</summary>
    public LruNormalization Normalization { get; init; } = LruNormalization.Trainable;

    /// <summary>Which part of the states goes out. Default: <see cref="LruOutputForm.RealPart"/>.</summary>
    public LruOutputForm OutputForm { get; init; } = LruOutputForm.RealPart;

    /// <summary>Whether the output sees the state after the update or before it. Default: <see cref="SystemForm.Post"/>.</summary>
    public SystemForm Form { get; init; } = SystemForm.Post;

    /// <summary>D. Default: <see cref="FeedThroughKind.Diagonal"/>.</summary>
    public FeedThroughKind FeedThrough { get; init; } = FeedThroughKind.Diagonal;

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.InRange(RadiusMinimum, 0, 1, upperIncluded: false);
        OptionCheck.InRange(RadiusMaximum, 0, 1);
        OptionCheck.Ordered(RadiusMinimum, RadiusMaximum);
        OptionCheck.Positive(PhaseMaximum);
        OptionCheck.Defined(Normalization);
        OptionCheck.Defined(OutputForm);
        OptionCheck.Defined(Form);
        OptionCheck.Defined(FeedThrough);
    }
}
