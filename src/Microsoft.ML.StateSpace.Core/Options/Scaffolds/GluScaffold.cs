namespace Microsoft.ML.StateSpace;

/// <summary>
/// The block of S4, S5 and the LRU: <c>x + f(core(norm(x)))</c> with a gated linear unit f; any core fits.
/// <see cref="Nonlinearity.FullGlu"/> is that of S4 and the LRU,
/// <see cref="Nonlinearity.HalfGlu1"/> that of S5 (Smith et al., ICLR 2023; Orvieto et al., ICML 2023).
/// </summary>
public sealed record GluScaffold : ScaffoldOptions
{
    /// <summary>The position-wise map behind the core. Default: <see cref="Nonlinearity.HalfGlu1"/>.</summary>
    public Nonlinearity Nonlinearity { get; init; } = Nonlinearity.HalfGlu1;

    /// <summary>The form of the GELU in it. Default: <see cref="GeluForm.Tanh"/>.</summary>
    public GeluForm Gelu { get; init; } = GeluForm.Tanh;

    /// <summary>Where the block normalises. Default: <see cref="NormPlacement.Pre"/>.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Pre;

    internal override NormKind PublishedNorm => NormKind.LayerNorm;

    internal override void Validate(NetworkOptions architecture)
    {
        OptionCheck.Defined(Nonlinearity);
        OptionCheck.Defined(Gelu);
        OptionCheck.Defined(NormPlacement);
    }
}
