using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;

namespace Microsoft.ML.StateSpace.Core.Tests.Sequences;

public class BatchOrderTests
{
    [Theory]
    [InlineData(1, 4)]
    [InlineData(20, 1)]
    [InlineData(64, 8)]
    [InlineData(67, 8)]
    [InlineData(5, 100)]
    public void Epoch_HoldsEverySequenceOnce(int count, int batchSize)
    {
        var order = new BatchOrder(Set(count), batchSize);
        order.Count.Should().Be((count + Math.Min(batchSize, count) - 1) / Math.Min(batchSize, count));
        var random = new Random(1);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            order.Shuffle(random);
            Batches(order).SelectMany(batch => batch).Order().Should().Equal(Enumerable.Range(0, count));
        }
    }

    [Fact]
    public void Batches_AreFull_ButForOne()
    {
        var order = new BatchOrder(Set(67), 8);
        order.Shuffle(new Random(1));
        Batches(order).Select(batch => batch.Length).Order().Should().Equal(3, 8, 8, 8, 8, 8, 8, 8, 8);
    }

    [Fact]
    public void WholeBatches_HoldSequencesOfLikeLength()
    {
        // There are four lengths, far apart, and 64 sequences of each: they fill whole batches of 8.
        var set = new SequenceSet(1, TargetLayout.Classes);
        for (int i = 0; i < 256; i++)
            set.Add(new float[new[] { 3, 20, 100, 400 }[i % 4]], 0);
        var order = new BatchOrder(set, 8);
        order.Shuffle(new Random(1));
        Batches(order).Should().AllSatisfy(batch => batch.Select(set.Length).Distinct().Should().ContainSingle());
    }

    [Fact]
    public void Shuffle_ChangesWhatIsTogether()
    {
        var order = new BatchOrder(Set(64), 8);
        var random = new Random(1);
        order.Shuffle(random);
        string first = Describe(order);
        order.Shuffle(random);
        Describe(order).Should().NotBe(first);
    }

    [Fact]
    public void Shuffle_DependsOnTheSeedAlone()
    {
        var orders = new[] { new BatchOrder(Set(64), 8), new BatchOrder(Set(64), 8) };
        foreach (var order in orders)
            order.Shuffle(new Random(5));
        Describe(orders[1]).Should().Be(Describe(orders[0]));
    }

    private static string Describe(BatchOrder order)
        => string.Join(';', Batches(order).Select(batch => string.Join(',', batch.Order())).Order(StringComparer.Ordinal));

    private static int[][] Batches(BatchOrder order) => [.. Enumerable.Range(0, order.Count).Select(i => order.Batch(i).ToArray())];

    private static SequenceSet Set(int count)
    {
        var set = new SequenceSet(1, TargetLayout.Classes);
        for (int i = 0; i < count; i++)
            set.Add(new float[1 + i * 37 % 50], 0);
        return set;
    }
}
