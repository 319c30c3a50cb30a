using Microsoft.ML.StateSpace.Tables;

namespace Microsoft.ML.StateSpace.Tests.Tables;

public class StepStoreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1500)]
    public void TheLastRows_AreKeptSideBySide(int kept)
    {
        var column = new Counted(int.MaxValue);
        var store = new StepStore([column], kept);

        for (int row = 0; row < 9000; row++)
        {
            column.Next = row;
            store.Append().Should().BeTrue();
            for (int back = 0; back < Math.Min(kept, row + 1); back += 97)
                column[store.Slot(row - back)].Should().Be(row - back);
        }
        column.Size.Should().BeLessThanOrEqualTo(2 * kept + 1024, "memory does not grow with the rows");
    }

    [Fact]
    public void MoreRowsThanAnArrayHolds_AreRefused()
    {
        var store = new StepStore([new Counted(100)], kept: int.MaxValue);

        Enumerable.Range(0, 101).Select(_ => store.Append()).Should().Equal([.. Enumerable.Repeat(true, 100), false]);
        store.Clear();
        store.Append().Should().BeTrue();
    }

    private sealed class Counted(int most) : StepColumn<float>(1, 0)
    {
        public float Next { get; set; }

        public int Size => Values.Length;

        public float this[int slot] => Values[slot];

        public override int MostSlots => most;

        public override void Read(int slot) => Values[slot] = Next;

        public override bool AreSame(int slot, int other) => throw new NotSupportedException();

        public override string Text(int slot) => throw new NotSupportedException();

        public override Delegate Last(StepRange range) => throw new NotSupportedException();
    }
}
