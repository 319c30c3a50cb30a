using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Halving;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Halving;

public class ProposalsTests
{
    private static readonly SearchSpace.SearchSpace Space = SequenceSearchSpace.Create(SequenceTask.Classification);

    private static SweepTrial Trial(int configuration, double loss, Proposals proposals, int rung = 0) => new()
    {
        Configuration = configuration, Rung = rung, Share = 1, Loss = loss, Metric = -loss, Seconds = 1, EndedAt = 1, Curve = [], Parameter = proposals.Next(configuration, []),
    };

    [Fact]
    public void Next_BeginsWithTheDefaults()
        => Assert.Equal(Space.SampleFromFeatureSpace(Space.Default).ToString(), new Proposals(Space, 1, _ => 1, p => p.ToString()!).Next(0, []).ToString());

    [Fact]
    public void Next_DependsOnSeedAndHistoryAlone()
    {
        var proposals = new Proposals(Space, 1, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 1, proposals), Trial(1, 2, proposals)];

        Assert.Equal(proposals.Next(2, history).ToString(), new Proposals(Space, 1, _ => 1, p => p.ToString()!).Next(2, history).ToString());
        Assert.NotEqual(proposals.Next(2, history).ToString(), new Proposals(Space, 2, _ => 1, p => p.ToString()!).Next(2, history).ToString());
        Assert.NotEqual(proposals.Next(1, history).ToString(), proposals.Next(3, history).ToString());
    }

    [Fact]
    public void Next_DrawsNeighboursOfTheBest()
    {
        var proposals = new Proposals(Space, 3, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 5, proposals), Trial(1, 1, proposals), Trial(3, 9, proposals)];
        double[] best = Space.MappingToFeatureSpace(history[1].Parameter);

        double[] neighbour = Space.MappingToFeatureSpace(proposals.Next(4, history));

        int same = best.Zip(neighbour).Count(p => Math.Abs(p.First - p.Second) < 1e-9);
        Assert.InRange(same, best.Length / 2, best.Length - 1);
    }

    [Fact]
    public void Next_ChangesAnythingFromOneParameterToAllOfThem()
    {
        var proposals = new Proposals(Space, 5, _ => 1, p => p.ToString()!);
        double[] defaults = Space.MappingToFeatureSpace(proposals.Next(0, []));

        int[] changed = [.. Enumerable.Range(0, 200)
            .Select(i => defaults.Zip(Space.MappingToFeatureSpace(proposals.Next(2 * i + 1, []))).Count(p => Math.Abs(p.First - p.Second) > 1e-9))];

        Assert.InRange(changed.Min(), 0, defaults.Length / 10);
        Assert.InRange(changed.Max(), defaults.Length * 3 / 4, defaults.Length);
        Assert.InRange(changed.Average(), defaults.Length / 5.0, defaults.Length / 2.5);
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

    // Even numbers are neighbours of the one trial, odd ones are anything.
    private static int CountOfDear(int firstConfiguration, double parent)
    {
        var space = new SearchSpace.SearchSpace { { "Only", new UniformDoubleOption(0, 4, false, 1) } };
        var proposals = new Proposals(space, 5, p => p["Only"].AsType<double>() < 2 ? 1 : 3, p => p.ToString()!);
        var trial = Trial(0, 1, proposals) with { Parameter = space.SampleFromFeatureSpace([parent / 4]) };
        return Enumerable.Range(0, 1000).Count(i => proposals.Next(2 * i + firstConfiguration, [trial])["Only"].AsType<double>() >= 2);
    }

    [Fact]
    public void Next_WhatCostsKTimesTheDefaults_ComesLessOftenByKSquared() => Assert.InRange(CountOfDear(1, parent: 3), 8, 45); // a ninth of a sixth, among what is not drawn again

    [Fact]
    public void Next_ANeighbourOfWhatIsDear_MayBeAsDear() => Assert.InRange(CountOfDear(2, parent: 3), 800, 1000);

    [Fact]
    public void Next_ANeighbourOfWhatIsCheap_IsSeldomDear() => Assert.InRange(CountOfDear(2, parent: 1), 1, 60);

    [Fact]
    public void Next_NothingButWhatIsDear_IsTakenAllTheSame()
    {
        int asked = 0;
        var proposals = new Proposals(Space, 5, _ => asked++ == 0 ? 1 : 1e9, p => p.ToString()!);

        Assert.NotEqual(Space.SampleFromFeatureSpace(Space.Default).ToString(), proposals.Next(1, []).ToString());
        Assert.InRange(asked, 50, 200);
    }

    [Fact]
    public void Next_StaysInTheSpace()
    {
        var proposals = new Proposals(Space, 4, _ => 1, p => p.ToString()!);
        SweepTrial[] history = [Trial(0, 5, proposals), Trial(1, 1, proposals)];

        for (int configuration = 2; configuration < 200; configuration++)
            Assert.All(Space.MappingToFeatureSpace(proposals.Next(configuration, history)), coordinate => Assert.InRange(coordinate, -1e-9, 1 + 1e-9));
    }
}
