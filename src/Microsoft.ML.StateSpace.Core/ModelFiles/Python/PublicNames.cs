using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;

namespace Microsoft.ML.StateSpace.ModelFiles;

/// <summary>
/// The names that a family of models has in Python, and how the parameters stand in tensors of these names. A family is one file that
/// derives from this class, and a line in <see cref="All"/>.
/// </summary>
internal abstract class PublicNames
{
    /// <summary>All families, in the order in which a file is asked whose it is.</summary>
    public static IReadOnlyList<PublicNames> All { get; } =
    [
        new MambaNames(), new Mamba2Names(), new S5Names(), new LruNames(), new S4DNames(), new RecurrentGemmaTransformersNames(),
        new RecurrentGemmaDeepMindNames(),
    ];

    /// <summary>The family, as messages call it.</summary>
    public abstract string Family { get; }

    /// <summary>Whether a network has the core and the scaffold of the family; its other options may still be wrong.</summary>
    public abstract bool IsOf(NetworkOptions architecture);

    /// <summary>Whether the names of a checkpoint are those of the family.</summary>
    public abstract bool IsOf(CheckpointShapes checkpoint);

    /// <summary>
    /// The name under which a tensor of a file is looked for; programs write the same tensor with other separators and prefixes.
    /// </summary>
    public virtual string NameOf(string tensor) => tensor;

    /// <summary>Throws where a model of the family has an option that the public code does not have.</summary>
    /// <exception cref="ArgumentException">It has; the message names the option and what it must be.</exception>
    public abstract void Require(SequenceModelOptions options);

    /// <summary>The architecture that shapes imply, all sizes set.</summary>
    /// <exception cref="InvalidDataException">They imply none, or one that is not known here; the message names the tensor.</exception>
    public abstract NetworkOptions ArchitectureOf(CheckpointShapes checkpoint);

    /// <summary>The tokens that the checkpoint of a language model knows; <see langword="null"/> where it is of another.</summary>
    public virtual int? VocabularyOf(CheckpointShapes checkpoint) => null;

    /// <summary>
    /// Settings of the public code that shapes do not tell: by the name in its config, what is needed, and whether a value is that.
    /// </summary>
    public virtual IReadOnlyList<(string Name, string Needed, Func<JsonElement, bool> IsKnown)> Settings => [];

    /// <summary>The tensors of a model.</summary>
    /// <param name="options">The model, which <see cref="Require"/> lets pass.</param>
    /// <param name="find">Finds a parameter by the name that it has here.</param>
    public abstract IEnumerable<CheckpointEntry> Entries(SequenceModelOptions options, Func<string, Parameter> find);

    /// <summary>
    /// Whether a tensor that is none of <see cref="Entries"/> must be one of them, because it belongs to what the model holds. Tensors
    /// that do not are left out.
    /// </summary>
    public abstract bool MustKnow(SequenceModelOptions options, string name);

    /// <summary>The family of a model, whose options it lets pass.</summary>
    /// <exception cref="ArgumentException">There is none; the message says which there are, or names the option that is wrong.</exception>
    public static PublicNames Of(SequenceModelOptions options)
    {
        var names = options.Architecture is NetworkOptions network ? All.FirstOrDefault(family => family.IsOf(network)) : null;
        if (names is null)
            throw new ArgumentException(
                $"There are no public names for this model, whose Architecture is {Describe(options.Architecture)}; there are for "
                + $"{Families}. Save it under the library's own names, which Python reads as well.", nameof(options));
        names.Require(options);
        return names;
    }

    /// <summary>The family of a checkpoint, where a model with these options is of it; otherwise that of the options.</summary>
    /// <exception cref="ArgumentException">The options are of no family; the message says why.</exception>
    public static PublicNames Of(CheckpointShapes checkpoint, SequenceModelOptions options)
    {
        var names = Of(options);
        return All.FirstOrDefault(family => family.IsOf((NetworkOptions)options.Architecture) && family.IsOf(checkpoint)) ?? names;
    }

    /// <summary>The family of a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It is of none that is known; the message says which are.</exception>
    public static PublicNames Of(CheckpointShapes checkpoint)
        => All.FirstOrDefault(family => family.IsOf(checkpoint)) ?? throw CheckpointReader.NotReadable(
            $"its tensors, {string.Join(", ", checkpoint.Names.Order(StringComparer.Ordinal).Take(3).Select(name => $"'{name}'"))} and "
            + $"so on, have the names of no family that is known: {Families}");

    private static string Families => string.Join(", ", All.Select(family => family.Family).Distinct());

    private static string Describe(ArchitectureOptions architecture)
        => architecture.GetType().Name
            + (architecture is NetworkOptions network ? $" in a {network.ChosenScaffold.GetType().Name}" : "");

    /// <summary>Architecture options that shapes imply, once they are found to make a network.</summary>
    protected NetworkOptions Validated(NetworkOptions options)
    {
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw CheckpointReader.NotReadable($"its shapes make no {Family} that this library knows ({e.Message.TrimEnd('.')})", e);
        }
        return options;
    }

    /// <summary>Refuses a model for its options.</summary>
    [DoesNotReturn]
    protected void Refuse(string option, string needed, object? given)
        => throw new ArgumentException(
            $"A {Family} checkpoint needs Architecture{(option.Length == 0 ? "" : ".")}{option} to be {needed}, but it is {given}.",
            "options");

    /// <summary>Refuses a model for an option that is not of its architecture.</summary>
    [DoesNotReturn]
    protected void RefuseModel(string option, string needed, object? given)
        => throw new ArgumentException($"A {Family} checkpoint needs {option} to be {needed}, but it is {given}.", "options");
}
