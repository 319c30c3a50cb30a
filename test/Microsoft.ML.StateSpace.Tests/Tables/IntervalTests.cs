using Microsoft.ML.StateSpace.Tables;
using static Microsoft.ML.StateSpace.Tests.Tables.Readings;

namespace Microsoft.ML.StateSpace.Tests.Tables;

/// <summary>From a column of times to intervals.</summary>
public class IntervalTests
{
    private static readonly SequenceTableOptions Timed = Options with { TimeColumnName = "Time" };

    [Fact]
    public void Intervals_AreInTheMedianStep_AndAGapIsALongOne()
    {
        var rows = Of(5, 1);
        for (int t = 3; t < 5; t++)
            rows[t].Time = rows[t].Time.AddHours(4);

        Column(Ml.Data.ToSequences(View(rows), Timed), "Intervals").Should().Equal("1,1,1,5,1", "1");
    }

    [Fact]
    public void AUnitOfTime_IsInSeconds()
        => Column(Ml.Data.ToSequences(View(Of(3)), Timed with { TimeUnit = 7200 }), "Intervals").Should().Equal("1,0.5,0.5");

    [Fact]
    public void AWindow_BeginsWithOne()
    {
        var rows = Of(6);
        for (int t = 0; t < rows.Length; t++)
            rows[t].Hour = t * t;
        var options = Windows(3) with { TimeColumnName = "Hour", TimeUnit = 2 };

        Column(Ml.Data.ToWindows(View(rows), options), "Intervals")
            .Should().Equal("1,0.5,1.5", "1,1.5,2.5", "1,2.5,3.5", "1,3.5,4.5");
    }

    /// <summary>Times of every type that orders rows.</summary>
    [Fact]
    public void EveryTypeOfTime_GivesTheSame()
    {
        long[] times = [3, 4, 6, 10];
        Check(times.Select(t => new { Time = (byte)t, V = 1f }));
        Check(times.Select(t => new { Time = (sbyte)(t - 8), V = 1f }));
        Check(times.Select(t => new { Time = (short)(t - 8), V = 1f }));
        Check(times.Select(t => new { Time = (ushort)t, V = 1f }));
        Check(times.Select(t => new { Time = (int)t - 8, V = 1f }));
        Check(times.Select(t => new { Time = (uint)t, V = 1f }));
        Check(times.Select(t => new { Time = t + (1L << 60), V = 1f }));
        Check(times.Select(t => new { Time = (ulong)t, V = 1f }));
        Check(times.Select(t => new { Time = t - 5.5f, V = 1f }));
        Check(times.Select(t => new { Time = t - 5.5, V = 1f }));
        Check(times.Select(t => new { Time = TimeSpan.FromDays(t - 5), V = 1f }));
        Check(times.Select(t => new { Time = Start.AddMilliseconds(t), V = 1f }));
        Check(times.Select(t => new { Time = new DateTimeOffset(Start.AddHours(t), TimeSpan.FromHours(t - 6)), V = 1f }), "1,0,0,0");

        static void Check<T>(IEnumerable<T> rows, string unlike = "1,1,2,4")
            where T : class
        {
            var view = Ml.Data.LoadFromEnumerable(rows);
            var options = new SequenceTableOptions { TimeColumnName = "Time", FeatureColumnNames = ["V"] };
            if (unlike == "1,1,2,4")
                Column(Ml.Data.ToSequences(view, options with { TimeUnit = Unit(view, options) }), "Intervals").Should().Equal(unlike);
            else // the same moment in several zones
                Invoking(() => Column(Ml.Data.ToSequences(view, options), "Intervals")).Should().Throw<InvalidOperationException>()
                    .WithMessage("Row 1: *as in the row before*");
        }

        // The median of the steps 1, 2 and 4 is 2.
        static double Unit(IDataView view, TableOptions options)
            => UsualStep.Of(new TableLayout(view.Schema, options, needsLabels: true), view) / 2;
    }

    [Fact]
    public void TwoRowsOfTheSameTime_AreNamed()
    {
        var rows = Of(4);
        rows[2].Time = rows[1].Time;

        Invoking(() => Column(Ml.Data.ToSequences(View(rows), Timed), "Intervals")).Should().Throw<InvalidOperationException>()
            .WithMessage("Row 2: column 'Time' is 2024-01-01 01:00:00, as in the row before*Merge*");
        Column(Ml.Data.ToSequences(View(rows), Timed), "Features").Should().Equal(["0,1,2,3"], "no intervals were asked for");
    }

    [Fact]
    public void ASortedTable_NamesRowsAsTheyCame()
    {
        var rows = Of(4);
        rows[0].Time = rows[3].Time;

        Invoking(() => Column(Ml.Data.ToSequences(View(rows), Timed with { SortsRows = true }), "Intervals"))
            .Should().Throw<InvalidOperationException>().WithMessage("Row 3: *as in the row before*");
    }

    [Fact]
    public void WithoutASecondRow_TheUnitIsOne()
        => Ml.Transforms.StateSpace.ToSequences(Timed).Fit(View(Of(1, 1))).Options.TimeUnit.Should().Be(1);

    [Fact]
    public void TheMedian_IsThatOfTheFirstSteps()
    {
        var rows = Of(2 * UsualStep.MostSteps);
        for (int t = UsualStep.MostSteps + 1; t < rows.Length; t++)
            rows[t].Time = rows[t - 1].Time.AddHours(5);

        Ml.Transforms.StateSpace.ToSequences(Timed).Fit(View(rows)).Options.TimeUnit.Should().Be(3600);
    }
}
