namespace Microsoft.ML.StateSpace;

/// <summary>
/// What the library knows about a core apart from how it is computed: the definition of a network by its core. It knows no layer, so a
/// definition builds its layers through the base class in its own folder.
/// </summary>
internal abstract class CoreDefinition : ArchitectureDefinition
{
    /// <summary>All cores in the order of their rank.</summary>
    public static new IReadOnlyList<CoreDefinition> All { get; } = [.. Found.OfType<CoreDefinition>()];

    /// <summary>The block of the core's publication.</summary>
    public abstract ScaffoldOptions PublishedScaffold { get; }

    /// <summary>Whether the number of states is a choice of its own.</summary>
    public virtual bool HasStateSize => true;

    /// <summary>Whether a classifier reads the sequence both ways where nothing is asked for.</summary>
    public virtual bool IsUsuallyBidirectional => true;

    /// <summary>
    /// Whether the network around the core has a bounded gain. Such a network has no norm, no dropout, one direction and one scaffold.
    /// </summary>
    public virtual bool IsCertified => false;

    /// <summary>
    /// Whether the core is one diagonal linear system between all channels, which can be set to a given one and be read out again.
    /// </summary>
    public virtual bool IsDiagonal => false;

    /// <summary>
    /// These options of a core that <see cref="IsDiagonal"/>, for a system of that many states whose D is dense.
    /// </summary>
    public virtual NetworkOptions WithDenseSystem(NetworkOptions options, int states)
        => throw new NotSupportedException($"{OptionsType.Name} holds no given system.");

    /// <summary>Whether the core discretises a continuous system, so that its options hold initial step sizes.</summary>
    public abstract bool HasStepSizes { get; }

    /// <summary>The options of the cores that are diagonal, for messages.</summary>
    public static string DiagonalOptions => string.Join(" or ", All.Where(core => core.IsDiagonal).Select(core => core.OptionsType.Name));

    /// <summary>The definition of the core that these options choose.</summary>
    public static CoreDefinition Of(NetworkOptions options) => Of(options.GetType());

    /// <summary>The definition of the core with this options record.</summary>
    public static new CoreDefinition Of(Type optionsType) => (CoreDefinition)ArchitectureDefinition.Of(optionsType);

    /// <summary>Options of the core with nothing set.</summary>
    public abstract override NetworkOptions CreateOptions();

    /// <summary>The state size where none is asked for.</summary>
    public abstract int UsualStateSize(NetworkOptions options);

    /// <summary>
    /// The largest gain of the whole network that the options ask for; <see langword="null"/> where the core bounds none.
    /// </summary>
    public abstract double? GainOf(NetworkOptions options);

    /// <summary>Which gain the core itself may have in a certified network.</summary>
    public abstract CoreGain CoreGainOf(NetworkOptions options);

    /// <summary>The initial step sizes that are set; both <see langword="null"/> where the core has none.</summary>
    public abstract (double? Minimum, double? Maximum) StepSizesOf(NetworkOptions options);

    /// <summary>These options with other initial step sizes; unchanged where the core has none.</summary>
    public abstract NetworkOptions WithStepSizes(NetworkOptions options, double? minimum, double? maximum);

    /// <summary>Fills in the initial step sizes that are not set. One that is set moves the other, so that the two stay in order.</summary>
    public NetworkOptions FillStepSizes(NetworkOptions options, double minimum, double maximum)
    {
        var (low, high) = StepSizesOf(options);
        return WithStepSizes(options, low ?? Math.Min(minimum, high ?? minimum), high ?? Math.Max(maximum, low ?? maximum));
    }
}
