using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Halving;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Halving;

public class ScreeningTests
{
    private static readonly SearchSpace.SearchSpace Space = SequenceSearchSpace.Create(SequenceTask.Classification);

    private static List<Parameter> Screened(SearchSpace.SearchSpace space, Func<Parameter, double?>? cost = null) => [.. new Screening(space, cost ?? (_ => 1)).Configurations()];

    private static string Family(Parameter parameter) => parameter["Family"].AsType<string>();

    private static int Width(Parameter parameter) => parameter["ModelSize"].AsType<int>();

    private static string Block(Parameter parameter) => parameter[Family(parameter)]["Scaffold"].AsType<string>();

    [Fact]
    public void Configurations_EveryCoreInEveryBlock()
    {
        var pairs = Screened(Space).Select(p => (Family(p), Block(p))).ToList();

        Assert.Equal(pairs.Distinct(), pairs);
        Assert.Equal(SequenceFamily.Usual.Select(family => family.Name), pairs.Select(p => p.Item1).Distinct());
        foreach (var family in SequenceFamily.Usual)
        {
            var blocks = (ChoiceOption)((IDictionary<string, OptionBase>)Space[family.Name])["Scaffold"];
            Assert.Equal(blocks.Choices.Select(block => block.AsType<string>()), pairs.Where(p => p.Item1 == family.Name).Select(p => p.Item2));
        }
        Assert.Contains(("Lru", "Hawk"), pairs);
        Assert.Contains(("S5", "Published"), pairs);
    }

    [Fact]
    public void Configurations_AllElseIsAtTheDefaults()
    {
        var defaults = Space.SampleFromFeatureSpace(Space.Default);

        foreach (var parameter in Screened(Space, p => Width(p)))
        {
            string family = Family(parameter);
            parameter["Family"] = defaults["Family"];
            parameter["ModelSize"] = defaults["ModelSize"];
            parameter[family]["Scaffold"] = defaults[family]["Scaffold"];
            Assert.Equal(defaults.ToString(), parameter.ToString());
        }
    }

    [Fact]
    public void Configurations_TakeTheWidthThatCostsWhatTheDefaultsCost()
        => Assert.All(Screened(Space, p => Width(p) * (Family(p) == "Lru" ? 2 : 1)), p => Assert.Equal(Family(p) == "Lru" ? 32 : 64, Width(p)));

    [Fact]
    public void Configurations_CostsThatAreNotKnown_TakeTheDefaultWidth() => Assert.All(Screened(Space, _ => null), p => Assert.Equal(64, Width(p)));

    [Fact]
    public void Configurations_WidthsThatAreNoChoice_StayAtTheirDefault()
    {
        var space = SequenceSearchSpace.Create(SequenceTask.Classification);
        space["ModelSize"] = new UniformIntOption(8, 128, false, 24);

        Assert.All(Screened(space, p => Width(p) * (Family(p) == "Lru" ? 2 : 1)), p => Assert.Equal(24, Width(p)));
    }

    [Fact]
    public void Configurations_AFrozenFamily_GoesIntoEveryBlock()
        => Assert.Equal(
            ["Published", "Wiener", "Mlp", "H3", "Mamba", "Hawk"],
            Screened(SequenceSearchSpace.Create(SequenceTask.SequenceToSequence, new LruOptions())).Select(p => p["Lru"]["Scaffold"].AsType<string>()));

    [Fact]
    public void Configurations_AFrozenBlock_TakesEveryFamily()
    {
        SequenceFamily[] families = [SequenceFamily.Of<LruOptions>(), SequenceFamily.Of<S5Options>()];
        var space = SequenceSearchSpace.Create(SequenceTask.Classification, families: families);
        foreach (var family in families)
            ((IDictionary<string, OptionBase>)space[family.Name]).Remove("Scaffold");

        Assert.Equal(["Lru", "S5"], Screened(space).Select(Family));
    }

    [Fact]
    public void Configurations_OfSeveralNetworks_OneIsNotTheDefault()
    {
        SearchSpace.SearchSpace Network() => SequenceSearchSpace.Create(SequenceTask.Classification, new LruOptions());
        var space = new SearchSpace.SearchSpace { { "Pipeline", new SearchSpace.SearchSpace { { "First", Network() }, { "Second", Network() } } } };

        string BlockOf(Parameter parameter, string step) => parameter["Pipeline"][step]["Lru"]["Scaffold"].AsType<string>();
        var pairs = Screened(space).Select(p => (BlockOf(p, "First"), BlockOf(p, "Second"))).ToList();

        Assert.Equal(12, pairs.Count);
        Assert.All(pairs, pair => Assert.True(pair.Item1 == "Published" || pair.Item2 == "Published"));
        Assert.Equal(11, pairs.Distinct().Count());
    }

    [Fact]
    public void Configurations_NoNetworks_NothingToScreen() => Assert.Empty(Screened(new() { { "Only", new UniformDoubleOption(0, 1) } }));
}
