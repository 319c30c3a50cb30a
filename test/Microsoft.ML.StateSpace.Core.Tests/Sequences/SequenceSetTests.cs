using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Sequences;

public class SequenceSetTests
{
    [Fact]
    public void Add_TellsWhatASequenceMustHold()
        => Invoking(() => new SequenceSet(3, TargetLayout.Classes).Add(new float[7], 0))
            .Should().ThrowExactly<ArgumentException>().WithMessage("*multiple of 3*");

    [Fact]
    public void Add_TellsHowManyTargetsAreNeeded()
        => Invoking(() => new SequenceSet(1, TargetLayout.StepValues(2)).Add(new float[5], new float[8]))
            .Should().ThrowExactly<ArgumentException>().WithMessage("*needs 10 targets*but has 8*");

    [Fact]
    public void Fill_PadsOnTheRightWithZeros_WhateverTheBatchHeldBefore()
    {
        var set = new SequenceSet(2, TargetLayout.StepValues(1));
        set.Add([1, 2, 3, 4], [5, 6]);
        set.Add([7, 8], [9]);
        var batch = new SequenceBatch(2, TargetLayout.StepValues(1));
        batch.Reset([9, 9]);
        batch.Values.Fill(float.NaN);
        batch.TargetValues.Fill(float.NaN);
        batch.Fill(set, [1, 0]);
        batch.Length.Should().Be(2);
        batch.Values.ToArray().Should().Equal(7, 8, 0, 0, 1, 2, 3, 4);
        batch.TargetValues.ToArray().Should().Equal(9, 0, 5, 6);
        batch.Valid(0).ToArray().Should().Equal(7, 8);
        batch.ValidTargets(1).ToArray().Should().Equal(5, 6);
    }

    [Theory]
    [InlineData(9, 8, "0 1")]
    [InlineData(21, 8, "0 2 4 6 8 10 12 13")]
    [InlineData(40, 16, "0 4 8 12 16 20 24")]
    [InlineData(6, 3, "0 1 2 3")]
    [InlineData(5, 2, "0 1 2 3")]
    public void Cut_BeginsEveryQuarterOfAWindow_AndEndsWithTheSequence(int length, int window, string starts)
    {
        var set = new SequenceSet(1, TargetLayout.StepValues(1));
        set.Add([.. Enumerable.Range(0, length)], new float[length]);
        var cut = set.Cut(window);
        string.Join(' ', Enumerable.Range(0, cut.Count).Select(i => cut.Values(i)[0])).Should().Be(starts);
        Enumerable.Range(0, cut.Count).Should().AllSatisfy(i => cut.Length(i).Should().Be(window));
    }

    [Fact]
    public void Cut_TakesTheSameStepsOfValuesTargetsAndIntervals()
    {
        var set = new SequenceSet(2, TargetLayout.StepValues(3), hasIntervals: true);
        set.Add([.. Enumerable.Range(0, 2 * 11)], [.. Enumerable.Range(100, 3 * 11)], [.. Enumerable.Range(200, 11)]);
        var cut = set.Cut(8);
        int[] starts = [0, 2, 3];
        cut.Features.Should().Be(2);
        cut.Targets.Should().Be(TargetLayout.StepValues(3));
        cut.HasIntervals.Should().BeTrue();
        cut.Count.Should().Be(3);
        for (int i = 0; i < 3; i++)
        {
            cut.Values(i).Should().BeBitwise(Enumerable.Range(2 * starts[i], 2 * 8).Select(v => (float)v));
            cut.TargetsOf(i).Should().BeBitwise(Enumerable.Range(100 + 3 * starts[i], 3 * 8).Select(v => (float)v));
            cut.Intervals(i).Should().BeBitwise(Enumerable.Range(200 + starts[i], 8).Select(v => (float)v));
        }
    }

    [Fact]
    public void Cut_LeavesShorterSequencesWhole_InTheirPlace()
    {
        var set = new SequenceSet(1, TargetLayout.StepValues(1));
        foreach (int length in (int[])[3, 5, 4, 1])
            set.Add([.. Enumerable.Range(10 * length, length)], new float[length]);
        var cut = set.Cut(4);
        float[][] expected = [[30, 31, 32], [50, 51, 52, 53], [51, 52, 53, 54], [40, 41, 42, 43], [10]];
        Enumerable.Range(0, cut.Count).Select(i => cut.Values(i).ToArray()).Should().BeBitwise(expected);
    }

    [Fact]
    public void Cut_WithNothingToCut_IsTheSameSet()
    {
        var set = new SequenceSet(1, TargetLayout.StepValues(1));
        set.Add([1, 2, 3], [4, 5, 6]);
        set.Cut(null).Should().BeSameAs(set);
        set.Cut(3).Should().BeSameAs(set);
        set.Cut(2).Should().NotBeSameAs(set);
    }

    [Fact]
    public void Intervals_GoWithTheirSequence_IntoSelectionsAndBatches()
    {
        var set = new SequenceSet(1, TargetLayout.Classes, hasIntervals: true);
        set.Add([1, 2], 0, [1, 0.5f]);
        set.Add([3, 4, 5], 1, [1, 2, 3]);
        var selected = set.Select([1, 0]);
        selected.Intervals(0).ToArray().Should().Equal(1, 2, 3);

        var batch = new SequenceBatch(1, TargetLayout.Classes, hasIntervals: true);
        batch.Fill(selected, [0, 1]);
        batch.Intervals.ToArray().Should().Equal(1, 2, 3, 1, 0.5f, 0);
        batch.ValidIntervals(1).ToArray().Should().Equal(1, 0.5f);
        new SequenceBatch(1, TargetLayout.Classes).Intervals.IsEmpty.Should().BeTrue();
        Invoking(() => set.Add([1, 2, 3], 0, [1, 1]))
            .Should().ThrowExactly<ArgumentException>().WithMessage("*3 steps needs as many intervals, but has 2*");
    }
}
