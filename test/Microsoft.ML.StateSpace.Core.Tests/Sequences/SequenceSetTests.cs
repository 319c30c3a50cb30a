using Microsoft.ML.StateSpace.Sequences;

namespace Microsoft.ML.StateSpace.Core.Tests.Sequences;

public class SequenceSetTests
{
    [Fact]
    public void Add_TellsWhatASequenceMustHold()
        => Assert.Contains("multiple of 3", Assert.Throws<ArgumentException>(() => new SequenceSet(3, 0).Add(new float[7], 0)).Message);

    [Fact]
    public void Add_TellsHowManyTargetsAreNeeded()
        => Assert.Contains("10 in all, but has 8", Assert.Throws<ArgumentException>(() => new SequenceSet(1, 2).Add(new float[5], new float[8])).Message);

    [Fact]
    public void Fill_PadsOnTheRightWithZeros_WhateverTheBatchHeldBefore()
    {
        var set = new SequenceSet(2, 1);
        set.Add([1, 2, 3, 4], [5, 6]);
        set.Add([7, 8], [9]);
        var batch = new SequenceBatch(2, 1);
        batch.Reset([9, 9]);
        batch.Values.Fill(float.NaN);
        batch.TargetValues.Fill(float.NaN);
        batch.Fill(set, [1, 0]);
        Assert.Equal(2, batch.Length);
        Assert.Equal([7, 8, 0, 0, 1, 2, 3, 4], batch.Values.ToArray());
        Assert.Equal([9, 0, 5, 6], batch.TargetValues.ToArray());
        Assert.Equal([7, 8], batch.Valid(0).ToArray());
        Assert.Equal([5, 6], batch.ValidTargets(1).ToArray());
    }

    [Theory]
    [InlineData(9, 8, "0 1")]
    [InlineData(21, 8, "0 2 4 6 8 10 12 13")]
    [InlineData(40, 16, "0 4 8 12 16 20 24")]
    [InlineData(6, 3, "0 1 2 3")]
    [InlineData(5, 2, "0 1 2 3")]
    public void Cut_BeginsEveryQuarterOfAWindow_AndEndsWithTheSequence(int length, int window, string starts)
    {
        var set = new SequenceSet(1, 1);
        set.Add([.. Enumerable.Range(0, length)], new float[length]);
        var cut = set.Cut(window);
        Assert.Equal(starts, string.Join(' ', Enumerable.Range(0, cut.Count).Select(i => cut.Values(i)[0])));
        Assert.All(Enumerable.Range(0, cut.Count), i => Assert.Equal(window, cut.Length(i)));
    }

    [Fact]
    public void Cut_TakesTheSameStepsOfValuesTargetsAndIntervals()
    {
        var set = new SequenceSet(2, 3, hasIntervals: true);
        set.Add([.. Enumerable.Range(0, 2 * 11)], [.. Enumerable.Range(100, 3 * 11)], [.. Enumerable.Range(200, 11)]);
        var cut = set.Cut(8);
        int[] starts = [0, 2, 3];
        Assert.Equal((2, 3, true, 3), (cut.Features, cut.Targets, cut.HasIntervals, cut.Count));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Enumerable.Range(2 * starts[i], 2 * 8).Select(v => (float)v), cut.Values(i).ToArray());
            Assert.Equal(Enumerable.Range(100 + 3 * starts[i], 3 * 8).Select(v => (float)v), cut.TargetsOf(i).ToArray());
            Assert.Equal(Enumerable.Range(200 + starts[i], 8).Select(v => (float)v), cut.Intervals(i).ToArray());
        }
    }

    [Fact]
    public void Cut_LeavesShorterSequencesWhole_InTheirPlace()
    {
        var set = new SequenceSet(1, 1);
        foreach (int length in (int[])[3, 5, 4, 1])
            set.Add([.. Enumerable.Range(10 * length, length)], new float[length]);
        var cut = set.Cut(4);
        float[][] expected = [[30, 31, 32], [50, 51, 52, 53], [51, 52, 53, 54], [40, 41, 42, 43], [10]];
        Assert.Equal(expected, Enumerable.Range(0, cut.Count).Select(i => cut.Values(i).ToArray()));
    }

    [Fact]
    public void Cut_WithNothingToCut_IsTheSameSet()
    {
        var set = new SequenceSet(1, 1);
        set.Add([1, 2, 3], [4, 5, 6]);
        Assert.Same(set, set.Cut(null));
        Assert.Same(set, set.Cut(3));
        Assert.NotSame(set, set.Cut(2));
    }

    [Fact]
    public void Intervals_GoWithTheirSequence_IntoSelectionsAndBatches()
    {
        var set = new SequenceSet(1, 0, hasIntervals: true);
        set.Add([1, 2], 0, [1, 0.5f]);
        set.Add([3, 4, 5], 1, [1, 2, 3]);
        var selected = set.Select([1, 0]);
        Assert.Equal([1, 2, 3], selected.Intervals(0).ToArray());

        var batch = new SequenceBatch(1, 0, hasIntervals: true);
        batch.Fill(selected, [0, 1]);
        Assert.Equal([1, 2, 3, 1, 0.5f, 0], batch.Intervals.ToArray());
        Assert.Equal([1, 0.5f], batch.ValidIntervals(1).ToArray());
        Assert.True(new SequenceBatch(1, 0).Intervals.IsEmpty);
        Assert.Contains("3 steps needs as many intervals, but has 2", Assert.Throws<ArgumentException>(() => set.Add([1, 2, 3], 0, [1, 1])).Message);
    }
}
