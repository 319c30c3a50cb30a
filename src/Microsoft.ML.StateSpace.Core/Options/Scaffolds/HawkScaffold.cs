namespace Microsoft.ML.StateSpace;

/// <summary>
/// The recurrent block of Hawk and Griffin: <c>x + Wo(gelu(Wy norm(x)) * core(conv(Wx norm(x))))</c>, then a gated MLP branch
/// <c>x + Wd(gelu(W1 norm(x)) * W2 norm(x))</c> (De, Smith et al., "Griffin", 2024, arXiv:2402.19427, section 2). Published with the
/// RG-LRU; any core fits.
/// <see cref="GriffinScaffold"/> has local attention in every third layer.
/// </summary>
public sealed record HawkScaffold : ScaffoldOptions
{
    /// <summary>Channels of the core. Default: <see langword="null"/>, the model size.</summary>
    public int? RecurrentSize { get; init; }

    /// <summary>Taps of the causal convolution of each channel. Default: 4.</summary>
    public int ConvolutionWidth { get; init; } = 4;

    /// <summary>Width of the MLP's hidden layer in units of the model size. Default: 3.</summary>
    public int Expansion { get; init; } = 3;

    internal override NormKind PublishedNorm => NormKind.RmsNorm;

    internal override long Widest(int modelSize) => Math.Max((long)Expansion * modelSize, RecurrentSize ?? 0);

    internal override void Validate(NetworkOptions architecture)
    {
        OptionCheck.Size(RecurrentSize);
        OptionCheck.InRange(ConvolutionWidth, 1, 1024);
        OptionCheck.Size(Expansion, MostExpansion);
    }
}
