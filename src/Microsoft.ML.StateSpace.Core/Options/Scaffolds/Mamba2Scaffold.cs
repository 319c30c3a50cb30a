namespace Microsoft.ML.StateSpace;

/// <summary>
/// The Mamba-2 block: <c>x + Wo rmsnorm(ssd(silu(conv([x', B, C])), dt) * silu(z))</c>, where x', B, C, dt and z are linear maps of norm(x)
/// (Dao and Gu, "Transformers are SSMs", ICML 2024, arXiv:2405.21060, section 7). The convolution reaches into the core's inputs, so SSD is
/// the only core that fits.
/// </summary>
public sealed record Mamba2Scaffold : ScaffoldOptions
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
        if (architecture is not SsdOptions)
        {
            throw new ArgumentException(
                "Mamba2Scaffold takes the core of SsdOptions only, whose B and C go through the block's convolution, but "
                + $"Architecture is {architecture.GetType().Name}. "
                + "MambaScaffold takes any core.", "Scaffold");
        }
    }
}
