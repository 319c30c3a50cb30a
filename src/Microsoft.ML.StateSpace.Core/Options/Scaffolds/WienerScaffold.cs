namespace Microsoft.ML.StateSpace;

/// <summary>The static nonlinearity behind a linear system.</summary>
public enum StaticNonlinearity
{
    /// <summary><c>tanh(v)</c>.</summary>
    Tanh,

    /// <summary>GELU, tanh form.</summary>
    Gelu,

    /// <summary><c>v</c> above 0, <c>exp(v) - 1</c> below.</summary>
    Elu,
}

/// <summary>What a Wiener layer adds to its nonlinearity's output, and a linear layer to that of its core.</summary>
public enum WienerSkip
{
    /// <summary>The layer's input.</summary>
    Identity,

    /// <summary>A dense matrix, trained, times the layer's input.</summary>
    Dense,
}

/// <summary>
/// A deep Wiener model: a linear system, then a static nonlinearity, plus a skip: <c>sigma(core(x)) + F x</c>, without a norm unless one is
/// asked for (Bonassi et al., "Structured state-space models are deep Wiener models", 2023, arXiv:2312.06211). Made for system
/// identification; any core fits.
/// </summary>
public sealed record WienerScaffold : ScaffoldOptions
{
    /// <summary>sigma. Default: <see cref="StaticNonlinearity.Tanh"/>.</summary>
    public StaticNonlinearity Nonlinearity { get; init; } = StaticNonlinearity.Tanh;

    /// <summary>F. Default: <see cref="WienerSkip.Dense"/>.</summary>
    public WienerSkip Skip { get; init; } = WienerSkip.Dense;

    internal override NormKind PublishedNorm => NormKind.None;

    internal override bool ProjectsCore => true;

    internal override void Validate(NetworkOptions architecture)
    {
        OptionCheck.Defined(Nonlinearity);
        OptionCheck.Defined(Skip);
    }
}
