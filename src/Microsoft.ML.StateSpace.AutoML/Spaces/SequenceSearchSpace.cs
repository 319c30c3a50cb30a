using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Spaces;

namespace Microsoft.ML.StateSpace.AutoML;

/// <summary>
/// The search space of a state-space model. It holds the parameter <c>Family</c>, the parameters that all families share, and for each
/// family a nested space under the family's name, of which only that of the chosen family counts. <c>docs/automl.md</c> lists the ranges.
/// The default of each parameter is the library's own choice for the data at hand, so the default of the whole space is the model that
/// would be trained without a sweep.
/// </summary>
/// <remarks>
/// A space is an ordinary dictionary: remove a parameter to freeze it, put another option in its place to give it another range, and pass
/// the space to
/// <c>mlContext.Auto().SequenceClassification</c> or its like.
/// </remarks>
public static class SequenceSearchSpace
{
    /// <summary>Makes the space.</summary>
    /// <param name="task">What the model answers.</param>
    /// <param name="architecture">What is set here is frozen: its family, and every option that is not at its default.
    /// <see langword="null"/> freezes nothing.</param>
    /// <param name="training">What is set here is frozen: every option that is not at its default. <see langword="null"/> freezes
    /// nothing.</param>
    /// <param name="families">The families to choose from, the default first; <see langword="null"/> is S5, LRU, SSD and RG-LRU, or the
    /// family of
    /// <paramref name="architecture"/>.</param>
    public static SearchSpace.SearchSpace Create(
        SequenceTask task, ArchitectureOptions? architecture = null, TrainingOptions? training = null,
        IReadOnlyCollection<SequenceFamily>? families = null)
    {
        families ??= architecture is null ? [.. SequenceFamily.Usual] : [SequenceFamily.Of(architecture)];
        SequenceFamily[] chosen = [.. families.Distinct()];
        if (chosen.Length == 0)
            throw new ArgumentException("A sweep needs at least one family.", nameof(families));
        if (architecture is not null && !chosen.SequenceEqual([SequenceFamily.Of(architecture)]))
        {
            throw new ArgumentException(
                $"The Architecture that is set, {architecture.GetType().Name}, chooses the family; families must hold "
                + $"{SequenceFamily.Of(architecture)} alone, or be null.", nameof(families));
        }
        training ??= new();
        var settings = new SequenceSettings(architecture ?? chosen[0].CreateOptions(), training);
        // Where the options choose the family there is no parameter for it; where there is a choice, the parameter names the family.
        var space = new SearchSpace.SearchSpace();
        if (architecture is null)
            space.Add(SettingsReader.Family, new ChoiceOption([.. chosen.Select(f => (object)f.Name)]));
        Add(space, CommonKnobs.Of(task, chosen), settings);
        foreach (var family in chosen)
        {
            var nested = new SearchSpace.SearchSpace();
            Add(nested, FamilyKnobs.Of(family, task), settings with { Architecture = architecture ?? family.CreateOptions() });
            space.Add(family.Name, nested);
        }
        return space;
    }

    private static void Add(SearchSpace.SearchSpace space, IEnumerable<Knob> knobs, SequenceSettings settings)
    {
        foreach (var knob in knobs.Where(k => !k.IsSet(settings)))
            space.Add(knob.Name, SettingsReader.OptionOf(knob));
    }
}
