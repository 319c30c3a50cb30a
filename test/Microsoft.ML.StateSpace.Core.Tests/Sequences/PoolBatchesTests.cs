using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Core.Tests.Sequences;

[Trait("Kind", "Law")]
[Collection(AloneCollection.Name)]
public class PoolBatchesTests
{
    // A sequence takes 208 bytes of the pool on average, and 332 at most.
    [Theory]
    [InlineData(400, 8, 3000)]
    [InlineData(403, 8, 20_000)]
    [InlineData(403, 8, 1_000_000)]
    [InlineData(57, 1, 400)]
    [InlineData(31, 31, 31 * 332)]
    [InlineData(31, 100, 31 * 332)]
    public void AnEpoch_HoldsEverySequenceOnce_InWholeBatchesButForOne(int count, int batchSize, long pool)
    {
        using var batches = Batches(count, batchSize, pool);
        int whole = Math.Min(batchSize, count);
        batches.Count.Should().Be((count + whole - 1) / whole);
        var random = new Random(1);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            int[][] drawn = Epoch(batches, random);
            drawn.SelectMany(batch => batch).Order().Should().Equal(Enumerable.Range(0, count));
            drawn.Count(batch => batch.Length != whole).Should().Be(count % whole == 0 ? 0 : 1);
        }
    }

    [Fact]
    public void Order_DependsOnTheSeedAlone_AndNotOnWhetherTheEpochBeforeWasEnded()
    {
        using PoolBatches one = Batches(400, 8, 9000), other = Batches(400, 8, 9000);
        int[][] Second(PoolBatches batches, int first)
        {
            var random = new Random(5);
            Epoch(batches, random, first);
            return Epoch(batches, random);
        }
        int[][] second = Second(one, 50);
        Second(other, 7).Should().BeEquivalentTo(second, options => options.WithStrictOrdering());
        Epoch(other, new Random(6)).SelectMany(batch => batch).Should().NotEqual(second.SelectMany(batch => batch));
    }

    // In the order of the rows a batch would hold eight neighbours.
    [Fact]
    public void ABatch_HoldsSequencesFromAllOverThePool()
    {
        using var batches = Batches(4000, 8, 100_000);
        Epoch(batches, new Random(1)).Average(batch => batch.Max() - batch.Min()).Should().BeGreaterThan(150);
    }

    [Fact]
    public void ABatch_HoldsWhatTheSetHolds()
    {
        var set = StreamedSetTests.Set(90, TargetLayout.StepValues(2), hasIntervals: true);
        using var batches = (PoolBatches)RowsOfSet.Stream(set, 1).Batches(8, 12_000, default);
        var batch = new SequenceBatch(2, TargetLayout.StepValues(2), hasIntervals: true);
        batches.Begin(new Random(1));
        var left = Enumerable.Range(0, 90).ToHashSet();
        for (int i = 0; i < batches.Count; i++)
        {
            batches.Fill(batch, washout: 0);
            for (int j = 0; j < batch.Count; j++)
            {
                float[] values = batch.Valid(j).ToArray();
                int index = left.Single(k => set.Values(k).SequenceEqual(values));
                set.Intervals(index).ToArray().Should().Equal(batch.ValidIntervals(j).ToArray());
                set.TargetsOf(index).ToArray().Should().Equal(batch.ValidTargets(j).ToArray());
                left.Remove(index);
            }
        }
        left.Should().BeEmpty();
    }

    [Fact]
    public void APool_ThatMayNotHoldABatch_IsRefused()
    {
        var set = StreamedSetTests.Set(90);
        long longest = set.BytesOf(50);
        var streamed = RowsOfSet.Stream(set, 1);
        Invoking(() => streamed.Batches(8, 8 * longest - 1, default)).Should().Throw<InvalidOperationException>()
            .WithMessage("*batch of 8 sequences of up to 50 time steps*Raise TrainingOptions.MemoryBudget*");
        Invoking(() => streamed.Batches(8, 8 * longest, default).Dispose()).Should().NotThrow();
    }

    // The pool is taken once: what an epoch allocates is its random numbers and its reading, whatever the sequences take.
    [Fact]
    public void AnEpoch_TakesNoMemoryForSequences()
    {
        const long Pool = 200_000;
        var set = Numbered(4000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var batches = (PoolBatches)RowsOfSet.Stream(set, 1).Batches(8, Pool, default);
        var batch = new SequenceBatch(1, TargetLayout.Classes);
        var random = new Random(1);
        Run();
        // Arena, batch, and for the 128 bytes a sequence its places in lists; the ledger and the places of all sequences come on top.
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(3 * Pool + 100 * set.Count);
        before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(set.Bytes / 100);

        void Run()
        {
            batches.Begin(random);
            for (int i = 0; i < batches.Count; i++)
                batches.Fill(batch, washout: 0);
        }
    }

    private static int[][] Epoch(PoolBatches batches, Random random, int? most = null)
    {
        var batch = new SequenceBatch(1, TargetLayout.Classes);
        batches.Begin(random);
        return
        [
            .. Enumerable.Range(0, most ?? batches.Count).Select(_ =>
            {
                batches.Fill(batch, washout: 0);
                return Enumerable.Range(0, batch.Count).Select(i => (int)batch.Valid(i)[0]).ToArray();
            }),
        ];
    }

    private static PoolBatches Batches(int count, int batchSize, long pool)
        => (PoolBatches)RowsOfSet.Stream(Numbered(count), 1).Batches(batchSize, pool, default);

    // Each sequence begins with its index.
    private static SequenceSet Numbered(int count)
    {
        var set = new SequenceSet(1, TargetLayout.Classes);
        for (int i = 0; i < count; i++)
        {
            var values = new float[1 + i * 37 % 50];
            values[0] = i;
            set.Add(values, 0);
        }
        return set;
    }
}
