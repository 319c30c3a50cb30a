namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>
/// A state-space core that a sweep can choose. A family is named by the options record of its core:
/// <c>SequenceFamily.Of&lt;S5Options&gt;()</c> is the family of S5.
/// </summary>
public sealed class SequenceFamily
{
    private SequenceFamily(CoreDefinition core) => Core = core;

    /// <summary>The families of all cores of the library.</summary>
    public static IReadOnlyList<SequenceFamily> All { get; } = [.. CoreDefinition.All.Select(core => new SequenceFamily(core))];

    /// <summary>
    /// The name of the family in a search space, and in the parameters of a trial: <c>S5</c>, <c>Lru</c>, <c>RgLru</c> and so on.
    /// </summary>
    public string Name => Core.Family;

    /// <summary>
    /// What is swept where nothing is asked for: the cores that are fast and between them good at many things. The first is the default.
    /// </summary>
    internal static IReadOnlyList<SequenceFamily> Usual { get; } = [.. All.Where(family => family.Core.IsSweptByDefault)];

    internal CoreDefinition Core { get; }

    /// <summary>The family of the core with these options.</summary>
    /// <typeparam name="TOptions">The options record of the core, such as <see cref="LruOptions"/>.</typeparam>
    public static SequenceFamily Of<TOptions>()
        where TOptions : ArchitectureOptions, new()
        => Of(CoreDefinition.Of(typeof(TOptions)));

    /// <summary>The family of the core that these options choose.</summary>
    /// <param name="architecture">Options of the core.</param>
    public static SequenceFamily Of(ArchitectureOptions architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        return Of(architecture.Definition);
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The family of that name; <see langword="null"/> where there is none.</summary>
    internal static SequenceFamily? Find(string name) => All.FirstOrDefault(family => family.Name == name);

    /// <summary>Options of the core with nothing set.</summary>
    internal ArchitectureOptions CreateOptions() => Core.CreateOptions();

    private static SequenceFamily Of(CoreDefinition core) => All.First(family => family.Core == core);
}
