using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.AutoML.Spaces;

/// <summary>
/// The parameters of one family: the search ranges that its definition states, then, for a network, the scaffold around the core and the
/// direction. What a core or its block cannot have is not among them.
/// </summary>
internal static class FamilyKnobs
{
    public static IEnumerable<Knob> Of(SequenceFamily family, SequenceTask task) =>
    [
        .. family.Definition.SearchRanges.Select(Own),
        .. family.Core is { IsCertified: false } core ? OfCore(core, task) : [],
    ];

    private static IEnumerable<Knob> OfCore(CoreDefinition core, SequenceTask task)
        => TaskDefaults.Of(task).IsBidirectional ? [ScaffoldKnob.Create(core), Bidirectional(core)] : [ScaffoldKnob.Create(core)];

    private static Knob Own(SearchRange range)
    {
        bool IsSet(SequenceSettings settings) => range.IsSet(settings.Architecture);
        SequenceSettings With(SequenceSettings settings, double value) => settings with
        {
            Architecture = range.Set(settings.Architecture, value),
        };
        return range switch
        {
            NumberRange number => Knob.Number(number.Name, number.Low, number.High, number.Usual, number.IsLogarithmic, IsSet, With),
            ChoiceRange choice => Knob.Choice(choice.Name, choice.Choices, choice.Usual, IsSet, (settings, value) => With(settings, value)),
            _ => throw new NotSupportedException($"A sweep has no parameter for a {range.GetType().Name}."),
        };
    }

    private static Knob Bidirectional(CoreDefinition core)
        => Knob.Choice(
            "Bidirectional", [false, true], core.IsUsuallyBidirectional, s => s.Network?.Bidirectional is not null,
            (s, v) => s.With(network => network with { Bidirectional = v }));
}
