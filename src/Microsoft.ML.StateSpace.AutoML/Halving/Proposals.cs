using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.StateSpace.AutoML.Halving;

/// <summary>
/// New configurations: first the defaults; then by turns something else, and a neighbour of one of the best so far. Something else is any choice (family, block, sizes), with
/// a share of the numbers, from none to all, drawn evenly and the others at their defaults: most of a range of numbers is worse than its default, where one choice is as
/// good as the next. What costs k times what the defaults cost, or k times what its neighbour costs, is taken with probability 1 / k^2 only, and else drawn again: no few
/// large networks eat up the time of all others, and networks grow where that was found to be good. What is drawn depends on the seed, the number of the configuration and
/// the trials before it alone, so a sweep that goes on from its journal draws what it would have drawn.
/// </summary>
/// <param name="space">The space.</param>
/// <param name="seed">The seed.</param>
/// <param name="cost">What a configuration will cost, in any unit; <see langword="null"/> where that cannot be known.</param>
internal sealed class Proposals(SearchSpace.SearchSpace space, int seed, Func<Parameter, double?> cost)
{
    private const int MostDraws = 100; // of one configuration, where the space holds nothing but what is dear
    private const double MovedShare = 0.25; // of a neighbour's coordinates
    private const double Spread = 0.2; // standard deviation of a moved coordinate, in units of its range
    private const double RedrawnShare = 0.1; // of a neighbour's coordinates: what is not ordered, such as families, has no neighbours

    private readonly Lazy<double?> _usual = new(() => cost(space.SampleFromFeatureSpace(space.Default)));

    /// <param name="configuration">Which, from 0.</param>
    /// <param name="trials">The finished trials.</param>
    public Parameter Next(int configuration, IReadOnlyList<SweepTrial> trials)
    {
        if (configuration == 0)
            return space.SampleFromFeatureSpace(space.Default);
        var random = new Random(Mix(configuration));
        var parent = configuration % 2 == 0 ? Parent(trials, random) : null;
        double? usual = parent is null ? _usual.Value : cost(parent);
        var drawn = Draw(parent, random);
        for (int draw = 1; draw < MostDraws && random.NextDouble() > Chance(cost(drawn) / usual); draw++)
            drawn = Draw(parent, random);
        return drawn;
    }

    private static double Chance(double? relativeCost) => relativeCost is double k ? 1 / (k * k) : 1;

    private Parameter Draw(Parameter? parent, Random random)
        => parent is null ? Other(space, random.NextDouble(), random) : space.SampleFromFeatureSpace(Neighbour(parent, random));

    private static Parameter Other(IDictionary<string, OptionBase> options, double share, Random random)
    {
        var parameter = Parameter.CreateNestedParameter();
        foreach (var (name, option) in options.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            parameter[name] = option switch
            {
                IDictionary<string, OptionBase> nested => Other(nested, share, random),
                ChoiceOption => Even(option, random),
                _ => random.NextDouble() < share ? Even(option, random) : option.SampleFromFeatureSpace(option.Default!),
            };
        }
        return parameter;
    }

    private static Parameter Even(OptionBase option, Random random) => option.SampleFromFeatureSpace([.. Enumerable.Range(0, option.FeatureSpaceDim).Select(_ => random.NextDouble())]);

    /// <summary>One of the best third of the configurations at the highest rung that at least three have reached, or at the lowest.</summary>
    private static Parameter? Parent(IReadOnlyList<SweepTrial> trials, Random random)
    {
        var rungs = trials.Where(t => t.Succeeded).GroupBy(t => t.Rung).OrderByDescending(g => g.Key).ToList();
        if ((rungs.Find(g => g.Count() >= 3) ?? rungs.LastOrDefault()) is not { } rung)
            return null;
        SweepTrial[] best = [.. rung.OrderBy(t => t.Loss).ThenBy(t => t.Configuration).Take(Math.Max(1, (rung.Count() + 2) / 3))];
        return best[random.Next(best.Length)].Parameter;
    }

    private double[] Neighbour(Parameter parent, Random random)
    {
        double[] point = space.MappingToFeatureSpace(parent);
        for (int i = 0; i < point.Length; i++)
        {
            double change = random.NextDouble();
            point[i] = change < MovedShare ? point[i] + Spread * Normal(random) : change < MovedShare + RedrawnShare ? random.NextDouble() : point[i];
            // Reflected at the borders, so that these are not drawn more often than what lies between.
            point[i] = Math.Clamp(point[i] < 0 ? -point[i] : point[i] > 1 ? 2 - point[i] : point[i], 0, 1);
        }
        return point;
    }

    // Generators with seeds beside one another begin with numbers that go together, so the seed is scattered first (the finaliser of SplitMix64).
    private int Mix(int configuration)
    {
        ulong z = unchecked((((ulong)(uint)seed << 32) | (uint)configuration) + 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return (int)(z >> 33);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
}
