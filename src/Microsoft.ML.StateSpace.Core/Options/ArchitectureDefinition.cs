using System.Reflection;

namespace Microsoft.ML.StateSpace;

/// <summary>
/// What the library knows about a kind of model apart from how it is computed. Each options record of an architecture has exactly one
/// definition, in the folder <c>Definitions</c>, and nothing else lists the kinds: model files, defaults, models and sweeps ask
/// <see cref="All"/> or <see cref="Of(ArchitectureOptions)"/>. This base stands with the options because they ask it too.
/// </summary>
internal abstract class ArchitectureDefinition
{
    /// <summary>The JSON property of a model file that names the kind.</summary>
    public const string JsonProperty = "core";

    private const string OptionsSuffix = "Options";

    /// <summary>All kinds in the order of their <see cref="Rank"/>, whatever the order in which reflection finds them.</summary>
    public static IReadOnlyList<ArchitectureDefinition> All => Found;

    /// <summary>The same as an array, for what runs at start-up.</summary>
    internal static ArchitectureDefinition[] Found { get; } = Find();

    /// <summary>The name of the kind in model files. It must never change, or older files could not be read.</summary>
    public abstract string Name { get; }

    /// <summary>The place of the kind in lists that users see. No two kinds have the same.</summary>
    public abstract int Rank { get; }

    /// <summary>Whether a sweep can choose the kind at all: options with nothing set must work.</summary>
    public virtual bool CanBeSwept => true;

    /// <summary>
    /// Whether a sweep tries the kind where the user names no families. Of these, the one of the lowest rank is the default.
    /// </summary>
    public virtual bool IsSweptByDefault => false;

    /// <summary>The options record of the kind.</summary>
    public abstract Type OptionsType { get; }

    /// <summary>The name of the kind in sweeps: that of its options record without the word "Options". Journals hold it.</summary>
    public string Family => OptionsType.Name[..^OptionsSuffix.Length];

    /// <summary>Whether the kind takes time steps that are not equally far apart.</summary>
    public virtual bool TakesIntervals => false;

    /// <summary>What a sweep may vary about the kind, in the order in which the search space holds it.</summary>
    public virtual IEnumerable<SearchRange> SearchRanges => [];

    /// <summary>The definition of the kind that these options choose.</summary>
    public static ArchitectureDefinition Of(ArchitectureOptions options) => Of(options.GetType());

    /// <summary>The definition of the kind with this options record.</summary>
    public static ArchitectureDefinition Of(Type optionsType)
        => Array.Find(Found, definition => definition.OptionsType == optionsType)
            ?? throw new NotSupportedException($"There is no kind of model for {optionsType.Name}.");

    /// <summary>Options of the kind with nothing set.</summary>
    public abstract ArchitectureOptions CreateOptions();

    /// <summary>
    /// Options that work, made of a combination that a sweep has drawn beside what a user has set. Sizes give way upwards, and the lower
    /// end of a range gives way to its upper end.
    /// </summary>
    public virtual ArchitectureOptions Repair(ArchitectureOptions options) => options;

    // Reflection, once a process. Definitions are the classes nested in one class, which the runtime lists much faster than all types of an
    // assembly. To name that class is the only step from this folder to a later one; to look it up by its name would take five
    // milliseconds.
    private static ArchitectureDefinition[] Find()
    {
        var types = typeof(Definitions.Architectures).GetNestedTypes(BindingFlags.NonPublic);
        var definitions = Array.ConvertAll(types, type => (ArchitectureDefinition)Activator.CreateInstance(type)!);
        Array.Sort(definitions, (one, other) => one.Rank.CompareTo(other.Rank));
        return definitions;
    }
}
