using System.Text.Json.Serialization;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// A network: encoder, then <see cref="Layers"/> layers, then pooling and a linear head. The derived record chooses the state-space core,
/// <see cref="Scaffold"/> what is built around it. Sizes left <see langword="null"/> are chosen from the data when the model is fitted;
/// the fitted model reports what was chosen.
/// </summary>
[JsonConverter(typeof(ArchitectureJsonConverter<NetworkOptions>))]
public abstract record NetworkOptions : ArchitectureOptions
{
    private const int MostLayers = 1024;

    // What a layer's largest matrix, and its largest table of states, may have of values. Tables hold up to 64 values a state and channel,
    // so that they have at most 2^30; what all layers have together is looked at where they are declared.
    private const long MostWeights = 1 << 28, MostStates = 1 << 24;

    private protected NetworkOptions()
    {
    }

    /// <summary>Number of residual blocks, up to 1,024. Default: <see langword="null"/>, chosen from the data.</summary>
    public int? Layers { get; init; }

    /// <summary>
    /// Width of the residual stream, H in the papers (channels). Default: <see langword="null"/>, chosen from the data. Like every size of
    /// the network it is at most 65,536; a layer's largest matrix may have 2^28 weights.
    /// </summary>
    public int? ModelSize { get; init; }

    /// <summary>
    /// Number of stored complex states of a block, N. Conjugate partners are not counted. Default: <see langword="null"/>, chosen from the
    /// data where the core has such a size.
    /// </summary>
    public int? StateSize { get; init; }

    /// <summary>Whether every block also scans the sequence backwards. Such a model sees the future and cannot stream.
    /// Default: <see langword="null"/>: bidirectional for classification with fixed coefficients (S5, S4D, S4, LRU); causal for one output
    /// a time step, for cores whose coefficients depend on the input, and for certified ones.</summary>
    public bool? Bidirectional { get; init; }

    /// <summary>What is built around the core. Default: <see langword="null"/>, the block of the core's own publication.</summary>
    public ScaffoldOptions? Scaffold { get; init; }

    /// <summary>The normalisation of a block. Default: <see langword="null"/>, that of the scaffold's own publication.</summary>
    public NormKind? Norm { get; init; }

    /// <summary>
    /// What norms add to the variance, or to the mean square, before its root, from 1e-12 to 1. PyTorch adds 1e-5, Flax 1e-6. Default:
    /// 1e-5.
    /// </summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>
    /// The largest magnitude c of the decoder's outputs, which are logits where the answer is a class: c tanh(o / c) stands in the place
    /// of an output o. From 0.001 to 1e6; language models such as RecurrentGemma have 30. Default: <see langword="null"/>, none.
    /// </summary>
    public double? LogitsSoftCap { get; init; }

    /// <summary>
    /// The normalisation behind the last block, before pooling or the decoder, <c>norm_f</c> in language models such as Mamba. Default:
    /// <see cref="NormKind.None"/>.
    /// </summary>
    public NormKind FinalNorm { get; init; }

    /// <summary>
    /// How a network with one answer a sequence turns its rows into one vector. Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public Pooling? Pooling { get; init; }

    /// <summary>
    /// Probability, in [0, 1), that dropout clears a channel of a block during training. A sequence has one mask, the same for all its time
    /// steps. Default: <see langword="null"/>, chosen from the data.
    /// </summary>
    public double? Dropout { get; init; }

    /// <summary>Channels that go into the core and come out of it, where a matrix on either side makes them other than ModelSize.</summary>
    internal virtual (int? Inputs, int? Outputs) CoreSizes => (null, null);

    /// <summary>What the library knows about the core of these options.</summary>
    internal CoreDefinition Core => (CoreDefinition)Definition;

    /// <summary>The scaffold that is used: the one asked for, or that of the core's publication.</summary>
    internal ScaffoldOptions ChosenScaffold => Scaffold ?? Core.PublishedScaffold;

    /// <summary>The norm that is used: the one asked for, or that of the scaffold's publication.</summary>
    internal NormKind ChosenNorm => Norm ?? ChosenScaffold.PublishedNorm;

    internal override bool ReadsBothWays => Bidirectional == true;

    internal override void RequirePairs()
    {
        if (Core.IsCertified)
        {
            throw new ArgumentOutOfRangeException(
                "Architecture", GetType().Name,
                $"A pair of sequences is compared by the product of what a network makes of each, and a product has no bounded gain, which "
                + $"{GetType().Name} promises. Choose a network without a certificate as the Architecture, or leave "
                + "SecondFeatureColumnName null.");
        }
    }

    internal override void Validate()
    {
        OptionCheck.Size(Layers, MostLayers);
        OptionCheck.Size(ModelSize);
        OptionCheck.Size(StateSize);
        if (!Core.HasStateSize && StateSize is int states)
        {
            throw new ArgumentOutOfRangeException(
                nameof(StateSize), states,
                $"StateSize must stay unset in {GetType().Name}: this core has one state a channel, so its size follows from ModelSize.");
        }
        OptionCheck.InRange(Dropout, 0, 1, upperIncluded: false);
        if (Norm is NormKind norm)
            OptionCheck.Defined(norm, nameof(Norm));
        OptionCheck.InRange(NormEpsilon, 1e-12, 1);
        OptionCheck.InRange(LogitsSoftCap, 1e-3, 1e6);
        if (LogitsSoftCap is double cap && Core.IsCertified)
        {
            throw new ArgumentOutOfRangeException(
                nameof(LogitsSoftCap), cap,
                $"LogitsSoftCap must stay null in {GetType().Name}, whose outputs are bounded by its gain. Leave it null.");
        }
        OptionCheck.Defined(FinalNorm);
        if (FinalNorm != NormKind.None && Core.IsCertified)
        {
            throw new ArgumentOutOfRangeException(
                nameof(FinalNorm), FinalNorm,
                $"FinalNorm must be None in {GetType().Name}: a norm amplifies small signals without bound, so the model would have no "
                + "gain. Leave it None.");
        }
        if (Pooling is Pooling pooling)
            OptionCheck.Defined(pooling, nameof(Pooling));
        if (Pooling == StateSpace.Pooling.MeanAndShare && Core.IsCertified)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Pooling), Pooling,
                $"Pooling must not be MeanAndShare in {GetType().Name}: a share above a threshold is no bounded multiple of its input, so "
                + "the model would have no gain. Set Pooling to Mean, Max, MeanAndMax or Last.");
        }
        ChosenScaffold.Validate(this);
        ValidateProducts();
    }

    /// <summary>Checks the sizes of a core that may have other channels than its layer, and its feed-through.</summary>
    private protected void ValidateCoreSizes(FeedThroughKind feedThrough)
    {
        var (inputs, outputs) = CoreSizes;
        OptionCheck.Size(inputs, option: "CoreInputs");
        OptionCheck.Size(outputs, option: "CoreOutputs");
        string option = inputs is null ? "CoreOutputs" : "CoreInputs";
        if ((inputs is not null || outputs is not null) && !ChosenScaffold.ProjectsCore)
            throw new ArgumentOutOfRangeException(
                option, inputs ?? outputs,
                $"{option} must stay unset in a {ChosenScaffold.GetType().Name}, whose core has the channels of the block on both sides. "
                + "Set Scaffold to a LinearScaffold or a WienerScaffold, or leave both sizes null.");
        if ((inputs ?? ModelSize) != (outputs ?? ModelSize) && feedThrough == FeedThroughKind.Diagonal)
            throw new ArgumentOutOfRangeException(
                "FeedThrough", feedThrough,
                $"FeedThrough must not be Diagonal where {inputs?.ToString() ?? "ModelSize"} channels go into the core and "
                + $"{outputs?.ToString() ?? "ModelSize"} come out: a diagonal needs as many on both sides. Set FeedThrough to Dense or "
                + "None.");
        if (inputs * (long?)StateSize > MostWeights || outputs * (long?)StateSize > MostWeights || inputs * (long?)outputs > MostWeights)
            throw new ArgumentOutOfRangeException(
                option, inputs ?? outputs,
                $"{option} must be smaller: a matrix of the core has more than {MostWeights} weights. Lower "
                + "CoreInputs or CoreOutputs, or StateSize.");
    }

    private void ValidateProducts()
    {
        long widest = ChosenScaffold.Widest(ModelSize ?? 1);
        if (ModelSize is int size && widest * size > MostWeights)
        {
            throw new ArgumentOutOfRangeException(
                nameof(ModelSize), size,
                $"ModelSize must be smaller: a layer of {widest} channels inside has {widest * size} weights in one matrix, more than "
                + $"{MostWeights}. Lower ModelSize, or what the scaffold widens it by.");
        }
        if (ModelSize * widest * Layers > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Layers), Layers,
                $"Layers must be less: a layer of {widest} channels inside has {widest * ModelSize} weights in one matrix, and {Layers} of "
                + $"them have more than {Array.MaxLength}. Lower Layers or ModelSize.");
        }
        if (StateSize is int states && widest * states > MostStates)
        {
            throw new ArgumentOutOfRangeException(
                nameof(StateSize), states,
                $"StateSize must be smaller: with {widest} channels inside of a layer it makes {widest * states} pairs of a state and a "
                + $"channel, more than {MostStates}. Lower StateSize or ModelSize.");
        }
    }
}
