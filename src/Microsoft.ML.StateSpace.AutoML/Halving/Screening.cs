using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Spaces;

namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>
/// The configurations that a sweep tries before it varies anything: every core in every block, with everything else at the defaults, and at
/// the width that makes the cost about that of the defaults. The right core and block make the largest difference. Most of them differ from
/// the defaults in several choices at once, so a search that starts from the defaults seldom gets there, while a few epochs are enough to
/// tell most of them apart.
/// </summary>
/// <param name="space">The space.</param>
/// <param name="cost">What a configuration will cost, in any unit; <see langword="null"/> where that cannot be known.</param>
internal sealed class Screening(SearchSpace.SearchSpace space, Func<Parameter, double?> cost)
{
    private readonly double? _usual = cost(space.SampleFromFeatureSpace(space.Default));

    /// <summary>
    /// All configurations of the screening; the defaults are one of them. In a pipeline with several networks only one network at a time
    /// differs from its defaults.
    /// </summary>
    public IEnumerable<Parameter> Configurations()
        => Networks(space, whole => whole).SelectMany(network => CoresInBlocks(network.Space, network.In));

    /// <summary>The spaces of networks, and the way into the parameter of each.</summary>
    private static IEnumerable<(IDictionary<string, OptionBase> Space, Func<Parameter, Parameter> In)> Networks(
        IDictionary<string, OptionBase> space, Func<Parameter, Parameter> within)
    {
        var nested = space.Where(o => o.Value is IDictionary<string, OptionBase>).OrderBy(o => o.Key, StringComparer.Ordinal).ToList();
        return nested.Exists(o => SequenceFamily.Find(o.Key) is not null)
            ? [(space, within)]
            : nested.SelectMany(o => Networks((IDictionary<string, OptionBase>)o.Value, whole => within(whole)[o.Key]));
    }

    private IEnumerable<Parameter> CoresInBlocks(IDictionary<string, OptionBase> network, Func<Parameter, Parameter> within)
    {
        Parameter[] choice = Choices(network, SettingsReader.Family); // none where the family is frozen, and then there is one nested space
        string[] families = choice.Length > 0
            ? [.. choice.Select(f => f.AsType<string>())]
            : [.. network.Keys.Where(k => SequenceFamily.Find(k) is not null)];
        foreach (string family in families)
        {
            Parameter[] blocks = network.TryGetValue(family, out var own) && own is IDictionary<string, OptionBase> nested
                ? Choices(nested, ScaffoldKnob.Name)
                : [];
            foreach (int block in Enumerable.Range(0, Math.Max(1, blocks.Length)))
            {
                yield return AtUsualCost(Choices(network, CommonKnobs.ModelSize), (whole, width) =>
                {
                    var parameter = within(whole);
                    if (choice.Length > 0)
                        parameter[SettingsReader.Family] = Parameter.FromString(family);
                    if (blocks.Length > 0)
                        parameter[family][ScaffoldKnob.Name] = blocks[block];
                    if (width is not null)
                        parameter[CommonKnobs.ModelSize] = width;
                });
            }
        }
    }

    /// <summary>
    /// The defaults with a change, at the width that brings the cost nearest to that of the defaults, or at the default width where costs
    /// are not known.
    /// </summary>
    private Parameter AtUsualCost(Parameter[] widths, Action<Parameter, Parameter?> change)
    {
        Parameter Changed(Parameter? width)
        {
            var whole = space.SampleFromFeatureSpace(space.Default);
            change(whole, width);
            return whole;
        }
        return widths.Select(Changed).Prepend(Changed(null)).MinBy(p => Math.Abs(Math.Log(cost(p) / _usual ?? double.PositiveInfinity)))!;
    }

    // A parameter that is not in the space is frozen. A range of the user's that is no choice stays at its default. Both have no choices.
    private static Parameter[] Choices(IDictionary<string, OptionBase> options, string name)
        => options.TryGetValue(name, out var option) && option is ChoiceOption choice ? choice.Choices : [];
}
