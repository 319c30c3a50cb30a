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
}
