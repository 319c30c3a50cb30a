using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.AutoML.Spaces;

/// <summary>
/// The parameters of one family: the search ranges that the definition of its core states, then the scaffold around the core, then the
/// direction. What a core or its block cannot have is not among them.
/// </summary>
internal static class FamilyKnobs
{
    public static IEnumerable<Knob> Of(SequenceFamily family, SequenceTask task) =>
    [
        .. family.Core.SearchRanges.Select(Own),
        .. family.Core.IsCertified ? [] : new[] { ScaffoldKnob.Create(family) },
        .. family.Core.IsCertified || !TaskDefaults.Of(task).IsBidirectional ? [] : new[] { Bidirectional(family) },
    ];

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

    private static Knob Bidirectional(SequenceFamily family)
        => Knob.Choice(
            "Bidirectional", [false, true], family.Core.IsUsuallyBidirectional, s => s.Architecture.Bidirectional is not null,
            (s, v) => s with { Architecture = s.Architecture with { Bidirectional = v } });
}
