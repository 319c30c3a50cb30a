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
        Configuration = configuration, Rung = rung, Share = 1, Loss = loss, Metric = -loss, Seconds = 1, EndedAt = 1, Curve = [], Parameter = proposals.Next(configuration, []),
    };

    [Fact]
    public void Next_BeginsWithTheDefaults()
        => Assert.Equal(Space.SampleFromFeatureSpace(Space.Default).ToString(), new Proposals(Space, 1, _ => 1, p => p.ToString()!).Next(0, []).ToString());

    [Fact]
    public void Next_GoesOnWithTheScreeningInAnOrderByTheSeed()
    {
        string[] Screened(int seed) => [.. Enumerable.Range(0, Varied - 1).Select(i => new Proposals(Space, seed, _ => 1, p => p.ToString()!).Next(i, []).ToString()!)];

        Assert.Equal(new Screening(Space, _ => 1).Configurations().Select(p => p.ToString()).Order(), Screened(1).Order());
        Assert.NotEqual(Screened(1), Screened(2));
    }

    [Fact]
    public void Next_DependsOnSeedAndHistoryAlone()
    {
        var proposals = new Proposals(Space, 1, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 1, proposals), Trial(1, 2, proposals)];

        Assert.Equal(proposals.Next(Varied, history).ToString(), new Proposals(Space, 1, _ => 1, p => p.ToString()!).Next(Varied, history).ToString());
        Assert.NotEqual(proposals.Next(Varied, history).ToString(), new Proposals(Space, 2, _ => 1, p => p.ToString()!).Next(Varied, history).ToString());
        Assert.NotEqual(proposals.Next(Varied, history).ToString(), proposals.Next(Varied + 2, history).ToString());
    }

    [Fact]
    public void Next_DrawsNeighboursOfTheBest()
    {
        var proposals = new Proposals(Space, 3, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 5, proposals), Trial(1, 1, proposals), Trial(2, 9, proposals)];
        double[] best = Space.MappingToFeatureSpace(history[1].Parameter);

        double[] neighbour = Space.MappingToFeatureSpace(proposals.Next(Varied, history));

        int same = best.Zip(neighbour).Count(p => Math.Abs(p.First - p.Second) < 1e-9);
        Assert.InRange(same, best.Length / 2, best.Length - 1);
    }

    [Fact]
    public void Next_NeighboursHaveAnotherLearningRate()
    {
        var proposals = new Proposals(Space, 3, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 1, proposals)];
        double rate = history[0].Parameter["LearningRate"].AsType<double>();

        double[] rates = [.. Enumerable.Range(0, 50).Select(i => proposals.Next(Varied + 2 * i, history)["LearningRate"].AsType<double>())];

        Assert.DoesNotContain(rates, r => Math.Abs(r - rate) < 1e-9);
        Assert.InRange(rates.Count(r => r > rate), 15, 35);
    }

    [Fact]
    public void Next_CountsTheLastScoreOfAConfiguration()
    {
        var proposals = new Proposals(Space, 3, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 5, proposals), Trial(1, 1, proposals), Trial(2, 4, proposals)];
        double[] best = Space.MappingToFeatureSpace(history[2].Parameter);

        // Trained once more, configuration 1 turns out to have been lucky.
        double[] neighbour = Space.MappingToFeatureSpace(proposals.Next(Varied, [.. history, Trial(1, 9, proposals, rung: 1)]));

        Assert.InRange(best.Zip(neighbour).Count(p => Math.Abs(p.First - p.Second) < 1e-9), best.Length / 2, best.Length - 1);
        Assert.NotEqual(proposals.Next(Varied, history).ToString(), proposals.Next(Varied, [.. history, Trial(1, 9, proposals, rung: 1)]).ToString());
    }

    [Fact]
    public void Next_ChangesAnythingOfTheBestFromOneParameterToAllOfThem()
    {
        var proposals = new Proposals(Space, 5, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 5, proposals), Trial(1, 1, proposals), Trial(2, 9, proposals)];
        double[] best = Space.MappingToFeatureSpace(history[1].Parameter);

        int[] changed = [.. Enumerable.Range(0, 200)
            .Select(i => best.Zip(Space.MappingToFeatureSpace(proposals.Next(Varied + 1 + 2 * i, history))).Count(p => Math.Abs(p.First - p.Second) > 1e-9))];

        Assert.InRange(changed.Min(), 0, best.Length / 10);
        Assert.InRange(changed.Max(), best.Length * 3 / 4, best.Length);
        Assert.InRange(changed.Average(), best.Length / 5.0, best.Length / 2.5);
    }

    [Fact]
    public void Next_DrawsEvenly()
    {
        var space = new SearchSpace.SearchSpace { { "Only", new UniformDoubleOption(0, 4, false, 2) } };
        var proposals = new Proposals(space, 5, _ => 1, p => p.ToString()!);

        var drawn = Enumerable.Range(0, 1200).Select(i => proposals.Next(2 * i + 1, [])["Only"].AsType<double>()).Where(x => Math.Abs(x - 2) > 1e-9);
        var quarters = drawn.CountBy(x => (int)x).ToDictionary();

        Assert.All(Enumerable.Range(0, 4), quarter => Assert.InRange(quarters[quarter], 70, 130)); // a third of them are drawn anew
    }

    [Fact]
    public void Next_WhatWasTried_IsDrawnAgain()
    {
        var space = new SearchSpace.SearchSpace { { "Only", new ChoiceOption(["a", "b", "c"]) } };
        var proposals = new Proposals(space, 5, _ => 1, p => p.ToString()!);
        SweepTrial[] tried = [Trial(0, 1, proposals), Trial(0, 2, proposals) with { Parameter = space.SampleFromFeatureSpace([0.5]) }];

        Assert.All(Enumerable.Range(1, 20), configuration => Assert.Equal("c", proposals.Next(configuration, tried)["Only"].AsType<string>()));
    }

    // Even numbers are neighbours of the one trial, odd ones change any share of it.
    private static int CountOfDear(int firstConfiguration, double parent)
    {
        var space = new SearchSpace.SearchSpace { { "Only", new UniformDoubleOption(0, 4, false, 1) } };
        var proposals = new Proposals(space, 5, p => p["Only"].AsType<double>() < 2 ? 1 : 3, p => p.ToString()!);
        var trial = Trial(0, 1, proposals) with { Parameter = space.SampleFromFeatureSpace([parent / 4]) };
        return Enumerable.Range(0, 1000).Count(i => proposals.Next(2 * i + firstConfiguration, [trial])["Only"].AsType<double>() >= 2);
    }

    [Fact]
    public void Next_WhatCostsKTimesItsModel_ComesLessOftenByKSquared() => Assert.InRange(CountOfDear(1, parent: 1), 70, 130); // a ninth of one half, beside the other

    [Fact]
    public void Next_ANeighbourOfWhatIsDear_MayBeAsDear() => Assert.InRange(CountOfDear(2, parent: 3), 800, 1000);

    [Fact]
    public void Next_ANeighbourOfWhatIsCheap_IsSeldomDear() => Assert.InRange(CountOfDear(2, parent: 1), 1, 60);

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

        Assert.NotEqual(1, proposals.Next(1, [Trial(0, 1, proposals)])["Only"].AsType<double>());
        Assert.InRange(drawn, 50, 200);
    }

    [Fact]
    public void Next_StaysInTheSpace()
    {
        var proposals = new Proposals(Space, 4, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 5, proposals), Trial(1, 1, proposals)];

        for (int configuration = Varied; configuration < 200; configuration++)
            Assert.All(Space.MappingToFeatureSpace(proposals.Next(configuration, history)), coordinate => Assert.InRange(coordinate, -1e-9, 1 + 1e-9));
    }
}
