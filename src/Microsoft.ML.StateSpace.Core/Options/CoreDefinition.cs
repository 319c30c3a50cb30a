using System.Reflection;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// What the library knows about a core apart from how it is computed. Each core has exactly one definition, in the folder
/// <c>Definitions</c>, and nothing else lists the cores: model files, defaults, sweeps and samples ask <see cref="All"/> or
/// <see cref="Of(ArchitectureOptions)"/>. This base stands with the options because they ask it too; it knows no layer, so a definition
/// builds its layers through the base class in its own folder.
/// </summary>
internal abstract class CoreDefinition
{
    /// <summary>The JSON property of a model file that names the core.</summary>
    public const string JsonProperty = "core";

    private const string OptionsSuffix = "Options";
    private static readonly Lazy<CoreDefinition[]> Found = new(Find);

    /// <summary>All cores in the order of their <see cref="Rank"/>, whatever the order in which reflection finds them.</summary>
    public static IReadOnlyList<CoreDefinition> All => Found.Value;

    /// <summary>The name of the core in model files. It must never change, or older files could not be read.</summary>
    public abstract string Name { get; }

    /// <summary>The place of the core in lists that users see. No two cores have the same.</summary>
    public abstract int Rank { get; }

    /// <summary>
    /// Whether a sweep tries the core where the user names no families. Of these, the one of the lowest rank is the default.
    /// </summary>
    public virtual bool IsSweptByDefault => false;

    /// <summary>The options record of the core.</summary>
    public abstract Type OptionsType { get; }

    /// <summary>The name of the core in sweeps: that of its options record without the word "Options". Journals hold it.</summary>
    public string Family => OptionsType.Name[..^OptionsSuffix.Length];

    /// <summary>The block of the core's publication.</summary>
    public abstract ScaffoldOptions PublishedScaffold { get; }

    /// <summary>Whether the number of states is a choice of its own.</summary>
    public virtual bool HasStateSize => true;

    /// <summary>Whether a classifier reads the sequence both ways where nothing is asked for.</summary>
    public virtual bool IsUsuallyBidirectional => true;

    /// <summary>Whether the core takes time steps that are not equally far apart.</summary>
    public virtual bool TakesIntervals => false;

    /// <summary>
    /// Whether the network around the core has a bounded gain. Such a network has no norm, no dropout, one direction and one scaffold.
    /// </summary>
    public virtual bool IsCertified => false;

    /// <summary>Whether the core discretises a continuous system, so that its options hold initial step sizes.</summary>
    public abstract bool HasStepSizes { get; }

    /// <summary>What a sweep may vary about the core, in the order in which the search space holds it.</summary>
    public abstract IEnumerable<SearchRange> SearchRanges { get; }

    /// <summary>The definition of the core that these options choose.</summary>
    public static CoreDefinition Of(ArchitectureOptions options) => Of(options.GetType());

    /// <summary>The definition of the core with this options record.</summary>
    public static CoreDefinition Of(Type optionsType)
        => Array.Find(Found.Value, definition => definition.OptionsType == optionsType)
            ?? throw new NotSupportedException($"There is no core for {optionsType.Name}.");

    /// <summary>Options of the core with nothing set.</summary>
    public abstract ArchitectureOptions CreateOptions();

    /// <summary>The state size where none is asked for.</summary>
    public abstract int UsualStateSize(ArchitectureOptions options);

    /// <summary>
    /// The largest gain of the whole network that the options ask for; <see langword="null"/> where the core bounds none.
    /// </summary>
    public abstract double? GainOf(ArchitectureOptions options);

    /// <summary>The initial step sizes that are set; both <see langword="null"/> where the core has none.</summary>
    public abstract (double? Minimum, double? Maximum) StepSizesOf(ArchitectureOptions options);

    /// <summary>These options with other initial step sizes; unchanged where the core has none.</summary>
    public abstract ArchitectureOptions WithStepSizes(ArchitectureOptions options, double? minimum, double? maximum);

    /// <summary>
    /// Options that work, made of a combination that a sweep has drawn beside what a user has set. Sizes give way upwards, and the lower
    /// end of a range gives way to its upper end.
    /// </summary>
    public abstract ArchitectureOptions Repair(ArchitectureOptions options);

    /// <summary>Fills in the initial step sizes that are not set. One that is set moves the other, so that the two stay in order.</summary>
    public ArchitectureOptions FillStepSizes(ArchitectureOptions options, double minimum, double maximum)
    {
        var (low, high) = StepSizesOf(options);
        return WithStepSizes(options, low ?? Math.Min(minimum, high ?? minimum), high ?? Math.Max(maximum, low ?? maximum));
    }

    // Reflection, once a process. Definitions are the classes nested in one class, which the runtime lists much faster than all types of an
    // assembly. To name that class is the only step from this folder to a later one; to look it up by its name would take five
    // milliseconds.
    private static CoreDefinition[] Find()
    {
        var types = typeof(Definitions.Cores).GetNestedTypes(BindingFlags.NonPublic);
        var definitions = Array.ConvertAll(types, type => (CoreDefinition)Activator.CreateInstance(type)!);
        Array.Sort(definitions, (one, other) => one.Rank.CompareTo(other.Rank));
        return definitions;
    }
}
