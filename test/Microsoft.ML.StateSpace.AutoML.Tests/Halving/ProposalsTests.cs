using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Halving;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Halving;

public class ProposalsTests
{
    private static readonly SearchSpace.SearchSpace Space = SequenceSearchSpace.Create(SequenceTask.Classification);

    private const int Varied = 26; // the first even number behind the defaults and the screening of this space

    private static SweepTrial Trial(int configuration, double loss, Proposals proposals, int rung = 0) => new()
    {
        Configuration = configuration, Rung = rung, Share = 1, Loss = loss, Metric = -loss, Seconds = 1, EndedAt = 1, Curve = [],
        Parameter = proposals.Next(configuration, []),
    };

    [Fact]
    public void Next_BeginsWithTheDefaults()
        => new Proposals(Space, 1, _ => 1, p => p.ToString()!).Next(0, []).ToString()
            .Should().Be(Space.SampleFromFeatureSpace(Space.Default).ToString());

    [Fact]
    public void Next_GoesOnWithTheScreeningInAnOrderByTheSeed()
    {
        string[] Screened(int seed)
            => [.. Enumerable.Range(0, Varied)
                .Select(i => new Proposals(Space, seed, _ => 1, p => p.ToString()!).Next(i, []).ToString()!)];

        Screened(1).Order().Should().Equal(new Screening(Space, _ => 1).Configurations().Select(p => p.ToString()).Order());
        Screened(2).Should().NotEqual(Screened(1));
    }

    [Fact]
    public void Next_DependsOnSeedAndHistoryAlone()
    {
        var proposals = new Proposals(Space, 1, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 1, proposals), Trial(1, 2, proposals)];

        new Proposals(Space, 1, _ => 1, p => p.ToString()!).Next(Varied, history).ToString()
            .Should().Be(proposals.Next(Varied, history).ToString());
        new Proposals(Space, 2, _ => 1, p => p.ToString()!).Next(Varied, history).ToString()
            .Should().NotBe(proposals.Next(Varied, history).ToString());
        proposals.Next(Varied + 2, history).ToString().Should().NotBe(proposals.Next(Varied, history).ToString());
    }

    [Fact]
    public void Next_DrawsNeighboursOfTheBest()
    {
        var proposals = new Proposals(Space, 3, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 5, proposals), Trial(1, 1, proposals), Trial(2, 9, proposals)];
        double[] best = Space.MappingToFeatureSpace(history[1].Parameter);

        double[] neighbour = Space.MappingToFeatureSpace(proposals.Next(Varied, history));

        int same = best.Zip(neighbour).Count(p => Math.Abs(p.First - p.Second) < 1e-9);
        same.Should().BeInRange(best.Length / 2, best.Length - 1);
    }

    [Fact]
    public void Next_NeighboursHaveAnotherLearningRate()
    {
        var proposals = new Proposals(Space, 3, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 1, proposals)];
        double rate = history[0].Parameter["LearningRate"].AsType<double>();

        double[] rates = [.. Enumerable.Range(0, 50).Select(i => proposals.Next(Varied + 2 * i, history)["LearningRate"].AsType<double>())];

        rates.Should().NotContain(r => Math.Abs(r - rate) < 1e-9);
        rates.Count(r => r > rate).Should().BeInRange(15, 35);
    }

    [Fact]
    public void Next_CountsTheLastScoreOfAConfiguration()
    {
        var proposals = new Proposals(Space, 3, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 5, proposals), Trial(1, 1, proposals), Trial(2, 4, proposals)];
        double[] best = Space.MappingToFeatureSpace(history[2].Parameter);

        // Trained once more, configuration 1 turns out to have been lucky.
        double[] neighbour = Space.MappingToFeatureSpace(proposals.Next(Varied, [.. history, Trial(1, 9, proposals, rung: 1)]));

        best.Zip(neighbour).Count(p => Math.Abs(p.First - p.Second) < 1e-9).Should().BeInRange(best.Length / 2, best.Length - 1);
        proposals.Next(Varied, [.. history, Trial(1, 9, proposals, rung: 1)]).ToString()
            .Should().NotBe(proposals.Next(Varied, history).ToString());
    }

    [Fact]
    public void Next_ChangesAnythingOfTheBestFromOneParameterToAllOfThem()
    {
        var proposals = new Proposals(Space, 5, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 5, proposals), Trial(1, 1, proposals), Trial(2, 9, proposals)];
        double[] best = Space.MappingToFeatureSpace(history[1].Parameter);

        int[] changed = [.. Enumerable.Range(0, 200)
            .Select(
                i => best.Zip(Space.MappingToFeatureSpace(proposals.Next(Varied + 1 + 2 * i, history)))
                    .Count(p => Math.Abs(p.First - p.Second) > 1e-9))];

        changed.Min().Should().BeInRange(0, best.Length / 10);
        changed.Max().Should().BeInRange(best.Length * 3 / 4, best.Length);
        changed.Average().Should().BeInRange(best.Length / 5.0, best.Length / 2.5);
    }

    [Fact]
    public void Next_DrawsEvenly()
    {
        var space = new SearchSpace.SearchSpace { { "Only", new UniformDoubleOption(0, 4, false, 2) } };
        var proposals = new Proposals(space, 5, _ => 1, p => p.ToString()!);

        var drawn = Enumerable.Range(0, 1200).Select(i => proposals.Next(2 * i + 1, [])["Only"].AsType<double>())
            .Where(x => Math.Abs(x - 2) > 1e-9);
        var quarters = drawn.CountBy(x => (int)x).ToDictionary();

        // A third of the proposals are drawn anew, and they lie evenly.
        Enumerable.Range(0, 4).Should().AllSatisfy(quarter => quarters[quarter].Should().BeInRange(70, 130));
    }

    [Fact]
    public void Next_WhatWasTried_IsDrawnAgain()
    {
        var space = new SearchSpace.SearchSpace { { "Only", new ChoiceOption(["a", "b", "c"]) } };
        var proposals = new Proposals(space, 5, _ => 1, p => p.ToString()!);
        SweepTrial[] tried = [Trial(0, 1, proposals), Trial(0, 2, proposals) with { Parameter = space.SampleFromFeatureSpace([0.5]) }];

        Enumerable.Range(1, 20)
            .Should().AllSatisfy(configuration => proposals.Next(configuration, tried)["Only"].AsType<string>().Should().Be("c"));
    }

    // Even numbers are neighbours of the one trial, odd ones change any share of it.
    private static int CountOfDear(int firstConfiguration, double parent)
    {
        var space = new SearchSpace.SearchSpace { { "Only", new UniformDoubleOption(0, 4, false, 1) } };
        var proposals = new Proposals(space, 5, p => p["Only"].AsType<double>() < 2 ? 1 : 3, p => p.ToString()!);
        var trial = Trial(0, 1, proposals) with { Parameter = space.SampleFromFeatureSpace([parent / 4]) };
        return Enumerable.Range(0, 1000).Count(i => proposals.Next(2 * i + firstConfiguration, [trial])["Only"].AsType<double>() >= 2);
    }

    // One half of the space is dear, and comes a ninth as often as the other.
    [Fact]
    public void Next_WhatCostsKTimesItsModel_ComesLessOftenByKSquared() => CountOfDear(1, parent: 1).Should().BeInRange(70, 130);

    [Fact]
    public void Next_ANeighbourOfWhatIsDear_MayBeAsDear() => CountOfDear(2, parent: 3).Should().BeInRange(800, 1000);

    [Fact]
    public void Next_ANeighbourOfWhatIsCheap_IsSeldomDear() => CountOfDear(2, parent: 1).Should().BeInRange(1, 60);

    [Fact]
    public void Next_NothingButWhatIsDear_IsTakenAllTheSame()
    {
        int drawn = 0;
        var space = new SearchSpace.SearchSpace { { "Only", new UniformDoubleOption(0, 4, false, 1) } };
        string Identity(Parameter parameter)
        {
            drawn++;
            return parameter.ToString()!;
        }
        var proposals = new Proposals(space, 5, p => p["Only"].AsType<double>() == 1 ? 1 : 1e9, Identity);

        proposals.Next(1, [Trial(0, 1, proposals)])["Only"].AsType<double>().Should().NotBe(1);
        drawn.Should().BeInRange(50, 200);
    }

    [Fact]
    public void Next_StaysInTheSpace()
    {
        var proposals = new Proposals(Space, 4, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 5, proposals), Trial(1, 1, proposals)];

        for (int configuration = Varied; configuration < 200; configuration++)
            Space.MappingToFeatureSpace(proposals.Next(configuration, history))
                .Should().AllSatisfy(coordinate => coordinate.Should().BeInRange(-1e-9, 1 + 1e-9));
    }
}
