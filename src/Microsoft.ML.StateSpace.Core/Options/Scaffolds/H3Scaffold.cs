namespace Microsoft.ML.StateSpace;

/// <summary>
/// H3: <c>x + Wo(q * core(shift(k) * v))</c> with q, k, v linear in norm(x), then an MLP branch (Fu, Dao et al., "Hungry Hungry Hippos",
/// ICLR 2023, arXiv:2212.14052).
/// The shift is a state space whose state is the last samples. Published with a diagonal state space of one input and one output a channel
/// (S4D); any core fits.
/// Heads of more than one channel are not offered.
/// </summary>
public sealed record H3Scaffold : ScaffoldOptions
{
    /// <summary>Samples that the shift remembers. Default: 4.</summary>
    public int ShiftSize { get; init; } = 4;

    /// <summary>Width of the MLP's hidden layer in units of the model size. Default: 4.</summary>
    public int Expansion { get; init; } = 4;

    internal override NormKind PublishedNorm => NormKind.LayerNorm;

    internal override long Widest(int modelSize) => (long)Expansion * modelSize;

    internal override void Validate(NetworkOptions architecture)
    {
        OptionCheck.InRange(ShiftSize, 1, 1024);
        OptionCheck.Size(Expansion, MostExpansion);
    }
}
