namespace Microsoft.ML.StateSpace;

/// <summary>
/// The Mamba block: <c>x + Wo(core(silu(conv(Wx norm(x)))) * silu(Wz norm(x)))</c> (Gu and Dao, "Mamba", 2023, arXiv:2312.00752, section
/// 3.4). Published with S6; any core fits.
/// </summary>
public sealed record MambaScaffold : ScaffoldOptions
{
    /// <summary>Channels of the core in units of the model size. Default: 2.</summary>
    public int Expansion { get; init; } = 2;

    /// <summary>Taps of the causal convolution of each channel. Default: 4.</summary>
    public int ConvolutionWidth { get; init; } = 4;

    internal override NormKind PublishedNorm => NormKind.RmsNorm;

    internal override long Widest(int modelSize) => (long)Expansion * modelSize;

    internal override void Validate(NetworkOptions architecture)
    {
        OptionCheck.Size(Expansion, MostExpansion);
        OptionCheck.InRange(ConvolutionWidth, 1, 1024);
    }
}
