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
        OptionCheck.InRange(RadiusMinimum, 0, 1, upperIncluded: false);
        OptionCheck.InRange(RadiusMaximum, 0, 1);
        OptionCheck.Ordered(RadiusMinimum, RadiusMaximum);
        OptionCheck.Positive(PhaseMaximum);
        OptionCheck.Defined(Normalization);
        OptionCheck.Defined(OutputForm);
        OptionCheck.Defined(Form);
        OptionCheck.Defined(FeedThrough);
        ValidateCoreSizes(FeedThrough);
    }
}
