using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Core.Tests.Sequences;

public class StreamedSetTests
{
    [Fact]
    public void WhatFitsTheBudget_IsReadOnce_AndStaysInMemory()
    {
        var set = Set(20);
        var rows = new RowsOfSet(set);
        var (data, ledger) = SequenceIntake.Read(rows, set.Bytes, CancellationToken.None);
        data.Should().BeOfType<SequenceSet>();
        Describe(data).Should().Equal(Describe(set));
        (rows.Opened, ledger.Count, data.Bytes).Should().Be((1, 20, set.Bytes));
        RowsOfSet.Stream(rows, set.Bytes - 1).Should().BeOfType<StreamedSet>();
        rows.Closed.Should().Be(2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2000)]
    [InlineData(9000)]
    public void Parts_HoldAllSequencesInOrder_WhateverTheBudget(long budget)
    {
        foreach (var set in Kinds(40))
        {
            var streamed = RowsOfSet.Stream(set, budget);
            Describe(streamed).Should().Equal(Describe(set));
            (streamed.Count, streamed.Bytes, streamed.HasMissing).Should().Be((set.Count, set.Bytes, set.HasMissing));
            Enumerable.Range(0, set.Count).Select(streamed.Stratum).Should().Equal(Enumerable.Range(0, set.Count).Select(set.Stratum));
        }
    }

    [Fact]
    public void ASelection_ReadsItsRowsAlone()
    {
        var set = Set(40);
        var rows = new RowsOfSet(set);
        var streamed = RowsOfSet.Stream(rows, 1000);
        int[] some = [1, 5, 6, 39];
        int before = rows.Reads;
        Describe(streamed.Select(some)).Should().Equal(Describe(set.Select(some)));
        (rows.Reads - before).Should().Be(4);
        rows.Closed.Should().Be(rows.Opened);
    }

    [Fact]
    public void Cut_GivesTheWindowsOfASetInMemory_AndReadsARowOnce()
    {
        var set = Set(30, TargetLayout.StepValues(2), hasIntervals: true);
        var rows = new RowsOfSet(set);
        var streamed = RowsOfSet.Stream(rows, 1000);
        int before = rows.Reads;
        Describe(streamed.Cut(8)).Should().Equal(Describe(set.Cut(8)));
        (rows.Reads - before).Should().Be(30);
        streamed.Cut(1000).Should().BeSameAs(streamed);
    }

    [Fact]
    public void InMemory_IsTheSameSequences_WhereThereIsRoom()
    {
        var set = Set(30);
        var streamed = RowsOfSet.Stream(set, 1000);
        streamed.InMemory(set.Bytes - 1, default).Should().BeSameAs(streamed);
        var loaded = streamed.InMemory(set.Bytes, default);
        loaded.Should().BeOfType<SequenceSet>();
        Describe(loaded).Should().Equal(Describe(set));
    }

    [Fact]
    public void RowsThatChange_AreRefused()
    {
        var set = Set(30);
        var rows = new RowsOfSet(set);
        var streamed = RowsOfSet.Stream(rows, 1000);
        Action With(SequenceSet instead) => () =>
        {
            rows.Instead = instead;
            Describe(streamed);
        };
        var longer = set.Select([0]);
        longer.Add(new float[77 * 2], 0);
        With(set.Select(Enumerable.Range(0, 29)))
            .Should().Throw<InvalidOperationException>().WithMessage("*30 rows, and now there are 29*");
        With(set.Select([.. Enumerable.Range(0, 30), 3])).Should().Throw<InvalidOperationException>().WithMessage("*now there are more*");
        With(longer).Should().Throw<InvalidOperationException>().WithMessage("*row 1 had * time steps, and now has 77*SaveAsBinary*");
        With(Set(30, seed: 2)).Should().Throw<InvalidOperationException>().WithMessage("*row 0 now holds other numbers*");
        rows.Closed.Should().Be(rows.Opened);
        With(set).Should().NotThrow();
    }

    [Fact]
    public void Cancellation_EndsTheReading()
    {
        using var source = new CancellationTokenSource();
        var rows = new RowsOfSet(Set(30));
        var streamed = RowsOfSet.Stream(rows, 1000);
        int before = rows.Reads;
        rows.OnRead = () => { if (rows.Reads == before + 9) source.Cancel(); };
        Invoking(() => streamed.Parts(source.Token).Count()).Should().Throw<OperationCanceledException>();
        (rows.Reads - before).Should().Be(10);
        rows.Closed.Should().Be(rows.Opened);
    }

    [Fact]
    public void AnArena_ClosesUpWhereSequencesAreLetGo()
    {
        foreach (var set in Kinds(12))
        {
            var arena = new SequenceArena(set, set.Bytes);
            void Add(int index)
            {
                using var reading = RowsOfSet.Stream(set, 1).Select([index]).Open(default);
                reading.MoveNext();
                arena.TryAdd(reading.Row, reading.Place).Should().BeTrue();
            }
            for (int i = 0; i < 12; i++)
                Add(i);
            bool[] marked = [true, false, false, true, true, false, false, true, false, true, false, true];
            arena.Remove(marked);
            Add(7);
            Describe(arena.Content).Should().Equal(Describe(set.Select([1, 2, 5, 6, 8, 10, 7])));
        }
    }

    private static SequenceSet[] Kinds(int count) =>
    [
        Set(count), Set(count, TargetLayout.StepValues(2), true), Set(count, new(AnswerAxis.Step, TargetKind.Class, 1)),
        Set(count, new(AnswerAxis.Sequence, TargetKind.Value, 3)),
    ];

    // Every number of every sequence.
    private static string[] Describe(SequenceSource source)
    {
        var all = new List<string>();
        foreach (var part in source.Parts(default))
        {
            for (int i = 0; i < part.Count; i++)
                all.Add(
                    $"{Join(part.Values(i))} / {Join(part.Intervals(i))} / {string.Join(' ', part.Classes(i).ToArray())} / "
                    + Join(part.TargetsOf(i)));
        }
        return [.. all];
        static string Join(ReadOnlySpan<float> values) => string.Join(' ', values.ToArray().Select(BitConverter.SingleToInt32Bits));
    }

    internal static SequenceSet Set(int count, TargetLayout? targets = null, bool hasIntervals = false, int seed = 1)
    {
        var layout = targets ?? TargetLayout.Classes;
        var set = new SequenceSet(2, layout, hasIntervals);
        for (int i = 0; i < count; i++)
        {
            int length = 1 + i * 37 % 50;
            float[] values = Draw.Uniform(2 * length, -1, 1, 100 * seed + i);
            float[]? intervals = hasIntervals ? Draw.Uniform(length, 0.1f, 2, i) : null;
            if (layout.Kind == TargetKind.Class)
                set.AddClasses(values, [.. Enumerable.Range(0, layout.Rows(length)).Select(t => (i + t) % 3)], intervals);
            else
                set.Add(values, Draw.Uniform(layout.Rows(length) * layout.Width, -1, 1, 1000 + i), intervals);
        }
        return set;
    }
}
