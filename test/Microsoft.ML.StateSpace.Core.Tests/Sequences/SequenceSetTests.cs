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
