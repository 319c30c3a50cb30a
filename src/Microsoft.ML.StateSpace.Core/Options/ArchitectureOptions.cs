using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// The network: encoder, then <see cref="Layers"/> residual blocks of (norm, state-space core, nonlinearity, dropout), then pooling and a linear head.
/// The derived record chooses the state-space core. Sizes left <see langword="null"/> are chosen from the data when the model is fitted;
/// the fitted model reports what was chosen.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "core")]
[JsonDerivedType(typeof(S5Options), "S5")]
[JsonDerivedType(typeof(LruOptions), "LRU")]
public abstract record ArchitectureOptions
{
    private protected ArchitectureOptions()
    {
    }

    /// <summary>Number of residual blocks. Default: <see langword="null"/>, chosen from the data.</summary>
    public int? Layers { get; init; }

    /// <summary>Width of the residual stream, H in the papers (channels). Default: <see langword="null"/>, chosen from the data.</summary>
    public int? ModelSize { get; init; }

    /// <summary>Number of stored complex states of a block, N. Conjugate partners are not counted. Default: <see langword="null"/>, chosen from the data.</summary>
    public int? StateSize { get; init; }

    /// <summary>Whether every block also scans the sequence backwards. Such a model sees the future and cannot stream.
    /// Default: <see langword="null"/>: bidirectional for classification, causal for one output a time step.</summary>
    public bool? Bidirectional { get; init; }

    /// <summary>The normalisation of a block. Default: <see cref="NormKind.LayerNorm"/>.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>Where a block normalises. Default: <see cref="NormPlacement.Pre"/>.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Pre;

    /// <summary>The position-wise map behind the core. Default: <see cref="Nonlinearity.HalfGlu1"/>.</summary>
    public Nonlinearity Nonlinearity { get; init; } = Nonlinearity.HalfGlu1;

    /// <summary>How a classifier turns a sequence into one vector. Default: <see cref="Pooling.Mean"/>.</summary>
    public Pooling Pooling { get; init; } = Pooling.Mean;

    /// <summary>Probability, in [0, 1), that dropout clears a channel of a block during training; one mask a sequence, tied over time.
    /// Default: <see langword="null"/>, chosen from the data.</summary>
    public double? Dropout { get; init; }

    /// <summary>Throws an <see cref="ArgumentOutOfRangeException"/> that names the option when a value cannot work.</summary>
    internal virtual void Validate()
    {
        OptionCheck.AtLeast(Layers, 1);
        OptionCheck.AtLeast(ModelSize, 1);
        OptionCheck.AtLeast(StateSize, 1);
        OptionCheck.InRange(Dropout, 0, 1, upperIncluded: false);
        OptionCheck.Defined(Norm);
        OptionCheck.Defined(NormPlacement);
        OptionCheck.Defined(Nonlinearity);
        OptionCheck.Defined(Pooling);
    }
}
