namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>
/// A kind of model that a sweep can choose: a network by its state-space core, or another kind that stands for itself. A family is named
/// by its options record: <c>SequenceFamily.Of&lt;S5Options&gt;()</c> is the family of S5.
/// </summary>
public sealed class SequenceFamily
{
    private SequenceFamily(ArchitectureDefinition definition) => Definition = definition;

    /// <summary>The families of the library.</summary>
    public static IReadOnlyList<SequenceFamily> All { get; } =
        [.. ArchitectureDefinition.All.Where(kind => kind.CanBeSwept).Select(kind => new SequenceFamily(kind))];

    /// <summary>
    /// The name of the family in a search space, and in the parameters of a trial: <c>S5</c>, <c>Lru</c>, <c>RgLru</c> and so on.
    /// </summary>
    public string Name => Definition.Family;

    /// <summary>
    /// What is swept where nothing is asked for: the families that are fast and between them good at many things. The first is the default.
    /// </summary>
    internal static IReadOnlyList<SequenceFamily> Usual { get; } = [.. All.Where(family => family.Definition.IsSweptByDefault)];

    internal ArchitectureDefinition Definition { get; }

    /// <summary>The core where the family is one of networks.</summary>
    internal CoreDefinition? Core => Definition as CoreDefinition;

    /// <summary>The family with these options.</summary>
    /// <typeparam name="TOptions">The options record, such as <see cref="LruOptions"/>.</typeparam>
    /// <exception cref="ArgumentException">A sweep cannot choose such a model.</exception>
    public static SequenceFamily Of<TOptions>()
        where TOptions : ArchitectureOptions, new()
        => Of(ArchitectureDefinition.Of(typeof(TOptions)));

    /// <summary>The family that these options choose.</summary>
    /// <param name="architecture">Options of the model.</param>
    /// <exception cref="ArgumentException">A sweep cannot choose such a model.</exception>
    public static SequenceFamily Of(ArchitectureOptions architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return Of(architecture.Definition);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The family of that name; <see langword="null"/> where there is none.</summary>
    internal static SequenceFamily? Find(string name) => All.FirstOrDefault(family => family.Name == name);

    /// <summary>Options of the family with nothing set.</summary>
    internal ArchitectureOptions CreateOptions() => Definition.CreateOptions();

    private static SequenceFamily Of(ArchitectureDefinition definition)
        => All.FirstOrDefault(family => family.Definition == definition)
            ?? throw new ArgumentException(
                $"A sweep chooses among single models, and {definition.OptionsType.Name} is made of several. Sweep the Architecture of "
                + "each member by itself, and train with what was found as Members.");
}
