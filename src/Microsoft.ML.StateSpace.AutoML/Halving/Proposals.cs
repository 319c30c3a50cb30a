using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Spaces;

namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>
/// Proposes new configurations. The first is the defaults, and the configurations of the <see cref="Screening"/> follow, in an order that
/// the seed decides. Then two kinds take turns. The first kind changes one of the best configurations a little: its numbers move, always
/// the learning rate among them, and its choices, which have no order, are drawn anew. The second kind draws some of the parameters of one
/// of the best anew; how many is random, mostly few. A proposal that costs k times as much as the configuration that it was made from is
/// accepted with probability 1 / k^2 only and otherwise drawn again. So a few large networks cannot use up the time of all others, yet
/// networks grow where growth has paid. A proposal that was tried already is drawn again as well. What is drawn depends only on the seed,
/// on the number of the configuration and on the trials before it, so a sweep that goes on from its journal draws what it would have drawn
/// without the interruption.
/// </summary>
/// <param name="space">The space.</param>
/// <param name="seed">The seed.</param>
/// <param name="cost">What a configuration will cost, in any unit; <see langword="null"/> where that cannot be known.</param>
/// <param name="identity">What of a parameter counts, as text.</param>
internal sealed class Proposals(SearchSpace.SearchSpace space, int seed, Func<Parameter, double?> cost, Func<Parameter, string> identity)
{
    private const int MostDraws = 100; // of one configuration, where the space holds nothing but what is dear or was tried
    private const double RedrawnChoices = 0.15; // share of the choices of one of the best
    private const double MovedNumbers = 0.25; // share of its numbers
    private const double Spread = 0.2; // standard deviation of a moved number, in units of its range

    private readonly Parameter _defaults = space.SampleFromFeatureSpace(space.Default);
    private Parameter[]? _first;

    private Parameter[] First => _first ??= [_defaults, .. Screened(new Random(Mix(0)))];

    /// <param name="configuration">Which, from 0.</param>
    /// <param name="trials">The finished trials.</param>
    /// <param name="others">What others try at this time.</param>
    public Parameter Next(int configuration, IReadOnlyList<SweepTrial> trials, params IEnumerable<Parameter> others)
    {
        if (configuration < First.Length)
            return First[configuration];
        var random = new Random(Mix(configuration));
        var best = Best(trials, random) ?? _defaults;
        Func<Parameter> draw = configuration % 2 == 0 ? () => Neighbour(best, random) : () => Redrawn(best, random);
        var tried = trials.Select(t => t.Parameter).Concat(others).Select(identity).ToHashSet();
        double? usual = cost(best);
        var drawn = draw();
        bool IsRefused(Parameter proposal) => tried.Contains(identity(proposal)) || random.NextDouble() > Chance(cost(proposal) / usual);
        for (int draws = 1; draws < MostDraws && IsRefused(drawn); draws++)
            drawn = draw();
        return drawn;
    }

    private IEnumerable<Parameter> Screened(Random random)
    {
        var others = new Screening(space, cost).Configurations().DistinctBy(identity).Where(p => identity(p) != identity(_defaults));
        Parameter[] screening = [.. others];
        random.Shuffle(screening);
        return screening;
    }

    private static double Chance(double? relativeCost) => relativeCost is double k ? 1 / (k * k) : 1;

    private Parameter Neighbour(Parameter best, Random random)
        => Vary(space, best, (name, option, value) => Neighbour(name, option, value, random));

    private Parameter Redrawn(Parameter best, Random random)
    {
        double share = Math.Pow(random.NextDouble(), 2);
        return Vary(space, best, (_, option, value) => random.NextDouble() < share ? Even(option, random) : value);
    }

    private static Parameter Vary(
        IDictionary<string, OptionBase> options, Parameter from, Func<string, OptionBase, Parameter, Parameter> vary)
    {
        var parameter = Parameter.CreateNestedParameter();
        foreach (var (name, option) in options.OrderBy(o => o.Key, StringComparer.Ordinal))
            parameter[name] = option is IDictionary<string, OptionBase> nested
                ? Vary(nested, from[name], vary)
                : vary(name, option, from[name]);
        return parameter;
    }

    private static Parameter Neighbour(string name, OptionBase option, Parameter value, Random random)
    {
        if (option is ChoiceOption)
            return random.NextDouble() < RedrawnChoices ? Even(option, random) : value;
        double chance = name == CommonKnobs.LearningRate ? 1 : MovedNumbers;
        return random.NextDouble() < chance
            ? option.SampleFromFeatureSpace([.. option.MappingToFeatureSpace(value).Select(x => Reflect(x + Spread * Normal(random)))])
            : value;
    }

    private static Parameter Even(OptionBase option, Random random)
        => option.SampleFromFeatureSpace([.. Enumerable.Range(0, option.FeatureSpaceDim).Select(_ => random.NextDouble())]);

    // Values beyond a border are reflected. Cutting them off would draw the border more often than what lies between.
    private static double Reflect(double x) => Math.Clamp(x < 0 ? -x : x > 1 ? 2 - x : x, 0, 1);

    /// <summary>
    /// One of the best third of the configurations with the most epochs that at least three configurations have had, or else with the
    /// fewest. Repeated trainings count in the score of a configuration.
    /// </summary>
    private static Parameter? Best(IReadOnlyList<SweepTrial> trials, Random random)
    {
        var shares = trials.Where(t => t.Succeeded).GroupBy(t => t.Share).OrderByDescending(g => g.Key)
            .Select(share => share.GroupBy(t => t.Configuration).Select(configuration => configuration.Last()).ToList()).ToList();
        if ((shares.Find(g => g.Count >= 3) ?? shares.LastOrDefault()) is not { } share)
            return null;
        SweepTrial[] best = [.. share.OrderBy(t => t.Loss).ThenBy(t => t.Configuration).Take(Math.Max(1, (share.Count + 2) / 3))];
        return best[random.Next(best.Length)].Parameter;
    }

    // Random generators with neighbouring seeds begin with correlated numbers, so the seed is scattered first, by the finaliser of
    // SplitMix64.
    private int Mix(int configuration)
    {
        ulong z = unchecked((((ulong)(uint)seed << 32) | (uint)configuration) + 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return (int)(z >> 33);
    }

    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
}
