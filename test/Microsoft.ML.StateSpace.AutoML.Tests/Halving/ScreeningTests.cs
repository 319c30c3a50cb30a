using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Halving;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Halving;

public class ScreeningTests
{
    private static readonly SearchSpace.SearchSpace Space = SequenceSearchSpace.Create(SequenceTask.Classification);

    private static List<Parameter> Screened(SearchSpace.SearchSpace space, Func<Parameter, double?>? cost = null)
        => [.. new Screening(space, cost ?? (_ => 1)).Configurations()];

    private static string Family(Parameter parameter) => parameter["Family"].AsType<string>();

    private static int Width(Parameter parameter) => parameter["ModelSize"].AsType<int>();

    private static string Block(Parameter parameter) => parameter[Family(parameter)]["Scaffold"].AsType<string>();

    [Fact]
    public void Configurations_EveryCoreInEveryBlock()
    {
        var pairs = Screened(Space).Select(p => (Family(p), Block(p))).ToList();

        pairs.Should().Equal(pairs.Distinct());
        pairs.Select(p => p.Item1).Distinct().Should().Equal(SequenceFamily.Usual.Select(family => family.Name));
        foreach (var family in SequenceFamily.Usual)
        {
            var blocks = (ChoiceOption)((IDictionary<string, OptionBase>)Space[family.Name])["Scaffold"];
            pairs.Where(p => p.Item1 == family.Name).Select(p => p.Item2)
                .Should().Equal(blocks.Choices.Select(block => block.AsType<string>()));
        }
        pairs.Should().Contain(("Lru", "Hawk"));
        pairs.Should().Contain(("S5", "Published"));
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
            parameter.ToString().Should().Be(defaults.ToString());
        }
    }

    [Fact]
    public void Configurations_TakeTheWidthThatCostsWhatTheDefaultsCost()
        => Screened(Space, p => Width(p) * (Family(p) == "Lru" ? 2 : 1))
            .Should().AllSatisfy(p => Width(p).Should().Be(Family(p) == "Lru" ? 32 : 64));

    [Fact]
    public void Configurations_CostsThatAreNotKnown_TakeTheDefaultWidth()
        => Screened(Space, _ => null).Should().AllSatisfy(p => Width(p).Should().Be(64));

    [Fact]
    public void Configurations_WidthsThatAreNoChoice_StayAtTheirDefault()
    {
        var space = SequenceSearchSpace.Create(SequenceTask.Classification);
        space["ModelSize"] = new UniformIntOption(8, 128, false, 24);

        Screened(space, p => Width(p) * (Family(p) == "Lru" ? 2 : 1)).Should().AllSatisfy(p => Width(p).Should().Be(24));
    }

    [Fact]
    public void Configurations_AFrozenFamily_GoesIntoEveryBlock()
        => Screened(SequenceSearchSpace.Create(SequenceTask.SequenceToSequence, new LruOptions()))
            .Select(p => p["Lru"]["Scaffold"].AsType<string>()).Should().Equal("Published", "Wiener", "Mlp", "H3", "Mamba", "Hawk");

    [Fact]
    public void Configurations_AFrozenBlock_TakesEveryFamily()
    {
        SequenceFamily[] families = [SequenceFamily.Of<LruOptions>(), SequenceFamily.Of<S5Options>()];
        var space = SequenceSearchSpace.Create(SequenceTask.Classification, families: families);
        foreach (var family in families)
            ((IDictionary<string, OptionBase>)space[family.Name]).Remove("Scaffold");

        Screened(space).Select(Family).Should().Equal("Lru", "S5");
    }

    [Fact]
    public void Configurations_OfSeveralNetworks_OneIsNotTheDefault()
    {
        SearchSpace.SearchSpace Network() => SequenceSearchSpace.Create(SequenceTask.Classification, new LruOptions());
        var space =
            new SearchSpace.SearchSpace { { "Pipeline", new SearchSpace.SearchSpace { { "First", Network() }, { "Second", Network() } } } };

        string BlockOf(Parameter parameter, string step) => parameter["Pipeline"][step]["Lru"]["Scaffold"].AsType<string>();
        var pairs = Screened(space).Select(p => (BlockOf(p, "First"), BlockOf(p, "Second"))).ToList();

        pairs.Count.Should().Be(12);
        pairs.Should().OnlyContain(pair => pair.Item1 == "Published" || pair.Item2 == "Published");
        pairs.Distinct().Count().Should().Be(11);
    }

    [Fact]
    public void Configurations_NoNetworks_NothingToScreen()
        => Screened(new() { { "Only", new UniformDoubleOption(0, 1) } }).Should().BeEmpty();
}
