namespace Microsoft.ML.StateSpace;

/// <summary>
/// H3: <c>x + Wo(q * core(shift(k) * v))</c> with q, k, v linear in norm(x), then an MLP branch (Fu, Dao et al., "Hungry Hungry Hippos",
/// ICLR 2023, arXiv:2212.14052).
/// The shift is a state space whose state is the last samples. Published with a diagonal state space of one input and one output a channel
/// (S4D); any core fits.
/// With heads of d channels (<see cref="HeadSize"/>) a head's products are matrices: the core runs over the d x d entries of
/// <c>shift(k) v^T</c>, and the query reads from what it gives, <c>q^T core(shift(k) v^T)</c>, as linear attention does.
/// </summary>
public sealed record H3Scaffold : ScaffoldOptions
{
    /// <summary>Samples that the shift remembers. Default: 4.</summary>
    public int ShiftSize { get; init; } = 4;

    /// <summary>
    /// Channels of a head, d; must divide <see cref="NetworkOptions.ModelSize"/>. All entries of a head's matrix go through the same state
    /// space, as in the publication, so the core has as many channels as there are heads, and runs d^2 times: d times the work and the
    /// states of heads of one channel, with fewer parameters. Default: 1.
    /// </summary>
    public int HeadSize { get; init; } = 1;

    /// <summary>Width of the MLP's hidden layer in units of the model size. Default: 4.</summary>
    public int Expansion { get; init; } = 4;

    internal override NormKind PublishedNorm => NormKind.LayerNorm;

    internal override int WidthDivisor => HeadSize;

    internal override long Widest(int modelSize) => (long)Expansion * modelSize;

    internal override void Validate(NetworkOptions architecture)
    {
        OptionCheck.InRange(ShiftSize, 1, 1024);
        OptionCheck.Size(HeadSize, MostHeadSize);
        OptionCheck.Size(Expansion, MostExpansion);
        if (architecture.ModelSize is int size)
            Heads(size);
    }

    /// <summary>The number of heads in a model of that width.</summary>
    internal int Heads(int modelSize)
        => modelSize % HeadSize == 0 ? modelSize / HeadSize : throw new ArgumentOutOfRangeException(
            nameof(HeadSize), HeadSize,
            $"HeadSize of H3Scaffold must divide ModelSize: {modelSize} channels cannot be split into heads of {HeadSize}. "
            + "Set HeadSize to a divisor of ModelSize, or ModelSize to a multiple of HeadSize.");

    // The states of a head grow with the square of its size.
    private const int MostHeadSize = 256;
}
