namespace Microsoft.ML.StateSpace;

/// <summary>
/// Griffin: layers of <see cref="HawkScaffold"/>, of which every third has local attention in the place of the recurrence: one row attends
/// to itself and the rows of a window before it, with several heads of queries, one head of keys and values (multi-query), and rotary
/// position embeddings (De, Smith et al., "Griffin", 2024, arXiv:2402.19427, section 2). Published with the RG-LRU; any core fits.
/// A layer of attention has no core, streams with the keys and values of one window as its state, and counts steps, not the time between
/// them. With <see cref="NetworkOptions.Bidirectional"/> one attention reads from the start and another from the end.
/// </summary>
public sealed record GriffinScaffold : ScaffoldOptions
{
    private const long MostValues = 1 << 24;

    // A stream keeps the keys and values of one window, and no tensor of a model file tells how long that is.
    private const int MostWindow = 8192;

    private const int UsualHeadSize = 32;

    /// <summary>Channels of the core. Default: <see langword="null"/>, the model size.</summary>
    public int? RecurrentSize { get; init; }

    /// <summary>Taps of the causal convolution of each channel in front of the core. Default: 4.</summary>
    public int ConvolutionWidth { get; init; } = 4;

    /// <summary>Width of the MLP's hidden layer in units of the model size. Default: 3.</summary>
    public int Expansion { get; init; } = 3;

    /// <summary>
    /// Of so many layers the last is attention, from 2 to 1,024: with 3 layers 2, 5, 8 and so on, counted from 0. The network must have as
    /// many layers. Default: 3.
    /// </summary>
    public int AttentionEvery { get; init; } = 3;

    /// <summary>
    /// Time steps that a row of an attention layer sees, itself and those before it, up to 8,192. Work and memory of a stream grow with
    /// it, as far as sequences are as long. Default: 1,024.
    /// </summary>
    public int Window { get; init; } = 1024;

    /// <summary>
    /// Heads of queries in a layer of attention; must divide the model size. Default: <see langword="null"/>, as many as leave each head
    /// at least 32 channels.
    /// </summary>
    public int? Heads { get; init; }

    internal override NormKind PublishedNorm => NormKind.RmsNorm;

    internal override int FewestLayers => AttentionEvery;

    /// <summary>The layers without attention.</summary>
    internal HawkScaffold Recurrent
        => new() { RecurrentSize = RecurrentSize, ConvolutionWidth = ConvolutionWidth, Expansion = Expansion };

    internal override long Widest(int modelSize) => Recurrent.Widest(modelSize);

    /// <summary>Whether that layer, counted from 0, is attention.</summary>
    internal bool IsAttention(int layer) => layer % AttentionEvery == AttentionEvery - 1;

    /// <summary>Heads in a model of that width.</summary>
    internal int HeadsOf(int modelSize)
    {
        if (Heads is int set)
            return set;
        int heads = Math.Max(1, modelSize / UsualHeadSize);
        while (modelSize % heads != 0)
            heads--;
        return heads;
    }

    internal override void Validate(NetworkOptions architecture)
    {
        Recurrent.Validate(architecture);
        OptionCheck.InRange(AttentionEvery, 2, 1024);
        OptionCheck.Size(Window, MostWindow);
        OptionCheck.Size(Heads);
        if (architecture.Layers < AttentionEvery)
        {
            throw new ArgumentOutOfRangeException(
                nameof(NetworkOptions.Layers), architecture.Layers,
                $"Layers must be at least {AttentionEvery} in a GriffinScaffold with AttentionEvery = {AttentionEvery}: fewer layers have "
                + $"no attention among them. Raise Layers to {AttentionEvery}, lower AttentionEvery, or take a HawkScaffold, which has "
                + "none.");
        }
        if (architecture.ModelSize is not int size)
            return;
        if (size % HeadsOf(size) != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Heads), Heads,
                $"Heads must divide ModelSize: {size} channels cannot be split into {Heads} equal heads. Leave Heads of the "
                + "GriffinScaffold null, or make ModelSize a multiple of it.");
        }
        if ((long)Window * size > MostValues)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Window), Window,
                $"Window must be smaller: {Window} time steps of {size} channels are more than {MostValues} values. Lower Window or "
                + "ModelSize.");
        }
    }

    internal override NetworkOptions Repair(NetworkOptions architecture) => architecture with
    {
        Layers = architecture.Layers < AttentionEvery ? AttentionEvery : architecture.Layers,
        Scaffold = architecture.ModelSize is int size && size % HeadsOf(size) != 0 ? this with { Heads = null } : architecture.Scaffold,
    };
}
