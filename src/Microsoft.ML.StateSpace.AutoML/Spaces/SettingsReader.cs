using System.Runtime.CompilerServices;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.StateSpace.AutoML.Spaces;

/// <summary>
/// Turns the parameters of a trial into options. An option that the space does not name stays as the user has set it, or remains the
/// library's choice.
/// </summary>
/// <param name="task">What the model answers.</param>
/// <param name="basis">What the user has set.</param>
/// <param name="space">The space that parameters are drawn from.</param>
internal sealed class SettingsReader(SequenceTask task, SequenceSettings basis, SearchSpace.SearchSpace space)
{
    public const string Family = "Family";

    private static readonly ConditionalWeakTable<OptionBase, Knob> OwnOptions = [];

    /// <summary>Makes the option of a knob, and remembers that it is no range of the user's.</summary>
    public static OptionBase OptionOf(Knob knob)
    {
        var option = knob.Option();
        OwnOptions.Add(option, knob);
        return option;
    }

    public SequenceSettings Read(Parameter parameter)
    {
        var settings = basis;
        if (parameter.TryGetValue(Family, out var name))
        {
            var chosen = Named(name.AsType<string>());
            if (SequenceFamily.Of(settings.Architecture) != chosen)
                settings = settings with { Architecture = chosen.CreateOptions() };
        }
        settings = Apply(settings, CommonKnobs.Of(task), space, parameter);
        var family = SequenceFamily.Of(settings.Architecture);
        if (parameter.TryGetValue(family.Name, out var nested) && space.TryGetValue(family.Name, out var option)
            && option is IDictionary<string, OptionBase> nestedSpace)
        {
            settings = Apply(settings, FamilyKnobs.Of(family, task), nestedSpace, nested);
        }
        if (settings.Architecture is StateSpaceBankOptions)
            settings = settings with { Training = settings.Training with { Method = null } }; // a bank has a closed form
        return settings with { Architecture = family.Definition.Repair(settings.Architecture) };
    }

    private static SequenceFamily Named(string name)
        => SequenceFamily.Find(name)
            ?? throw new ArgumentException(
                $"There is no family '{name}'. {Family} must be one of {string.Join(", ", SequenceFamily.All)}.");

    private static SequenceSettings Apply(
        SequenceSettings settings, IEnumerable<Knob> knobs, IDictionary<string, OptionBase> options, Parameter parameter)
    {
        foreach (var knob in knobs)
        {
            if (!parameter.TryGetValue(knob.Name, out var value) || !options.TryGetValue(knob.Name, out var option))
                continue;
            bool isOwn = OwnOptions.TryGetValue(option, out _);
            if (!(isOwn && knob.IsDefault(value)))
                settings = knob.Apply(settings, value);
        }
        return settings;
    }
}
