using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.AutoML.Spaces;

/// <summary>
/// The parameters of one family: the search ranges that its definition states, then, for a network, the scaffold around the core, and the
/// direction of a network or a bank where the task may look ahead. What a core or its block cannot have is not among them.
/// </summary>
internal static class FamilyKnobs
{
    public static IEnumerable<Knob> Of(SequenceFamily family, SequenceTask task) =>
    [
        .. family.Definition.SearchRanges.Select(Own),
        .. family.Core is { IsCertified: false } core ? [ScaffoldKnob.Create(core)] : (Knob[])[],
        .. TaskDefaults.Of(task).IsBidirectional ? Direction(family) : [],
    ];

    private static Knob[] Direction(SequenceFamily family) => family switch
    {
        { Core: { IsCertified: false } core } => [OfNetwork(core)],
        { Definition.OptionsType: var type } when type == typeof(StateSpaceBankOptions) => [OfBank],
        _ => [],
    };

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

    private static Knob OfNetwork(CoreDefinition core)
        => Bidirectional(
            core.IsUsuallyBidirectional, s => s.Network?.Bidirectional is not null,
            (s, v) => s.With(network => network with { Bidirectional = v }));

    private static Knob OfBank
        => Bidirectional(
            true, s => s.Architecture is StateSpaceBankOptions { Bidirectional: not null },
            (s, v) => s.Architecture is StateSpaceBankOptions bank ? s with { Architecture = bank with { Bidirectional = v } } : s);

    private static Knob Bidirectional(
        bool usual, Func<SequenceSettings, bool> isSet, Func<SequenceSettings, bool, SequenceSettings> set)
        => Knob.Choice(nameof(Bidirectional), [false, true], usual, isSet, set);
}
