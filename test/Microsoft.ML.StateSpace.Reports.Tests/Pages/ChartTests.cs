namespace Microsoft.ML.StateSpace.Reports.Tests.Pages;

/// <summary>Charts and the tables of their numbers.</summary>
public class ChartTests
{
    [Fact]
    public void Table_SharesRows_WherePartsSharePlaces()
    {
        var chart = new Chart("c", new("x"), new("y"));
        chart.AddLine("a", [(0, 1), (1, 2)]);
        chart.AddBand("b", [(1, 3, 4)]);
        chart.AddGuide("g", [(0, 9), (1, 9)]);

        var table = ChartTable.Of(chart)!;

        table.Columns.Should().Equal("x", "a", "b, from", "b, to");
        table.Rows.Select(row => string.Join('|', row)).Should().Equal("0|1||", "1|2|3|4");
    }

    [Fact]
    public void Table_ListsPoints_WhereAPartHasSeveralAtOnePlace()
    {
        var chart = new Chart("c", new("family") { Names = ["s", "t"] }, new("score"));
        chart.AddDots("trial", [(0, 0.5), (0, 0.75), (1, 1)]);

        var table = ChartTable.Of(chart)!;

        table.Columns.Should().Equal("", "family", "score");
        table.Rows.Select(row => string.Join('|', row)).Should().Equal("trial|s|0.5000", "trial|s|0.7500", "trial|t|1");
    }

    [Fact]
    public void Table_OfALongLine_HasSomeOfItsRows()
    {
        var chart = new Chart("c", new("x"), new("y"));
        chart.AddLine("a", Enumerable.Range(0, 6000).Select(x => ((double)x, (double)x)));

        ChartTable.Of(chart)!.Rows.Should().HaveCount(60);
        ChartTable.Of(chart)!.Caption.Should().Be("c, 60 of 6,000 rows");
    }

    [Fact]
    public void Thinning_KeepsPeaksAndEnds()
    {
        var points = Enumerable.Range(0, 10_000).Select(x => ((double)x, x == 4321 ? 1.0 : x == 8765 ? -1 : 0, 0.0)).ToArray();

        var kept = Thinning.Line(points, 240);

        kept.Count.Should().BeLessThanOrEqualTo(240);
        kept.Select(point => point.X).Should().Contain([0, 4321, 8765, 9999]).And.BeInAscendingOrder();
    }

    [Fact]
    public void Colors_FollowOneAnother_AndAPartKeepsItsOwn()
    {
        var chart = new Chart("c", new("x"), new("y"));
        chart.AddLine("a", [(0, 1)]);
        chart.AddGuide("g", [(0, 1)]);
        chart.AddLine("b", [(0, 1)]);
        chart.AddDots("a", [(0, 1)]);

        chart.Parts.Select(part => part.Color).Should().Equal(ChartColor.Blue, ChartColor.Soft, ChartColor.Orange, ChartColor.Blue);
        Chart.ColorAt(8).Should().Be(ChartColor.Blue);
        Invoking(() => chart.AddLine("d", [], (ChartColor)99)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Svg_HasANameAndADescription_AndTheColoursOfThePage()
    {
        var chart = new Chart("Loss & more", new("epoch"), new("loss"));
        chart.AddLine("training", [(1, 2), (2, 1)]);

        string svg = Svg.Of(chart, ChartSize.Whole[0], "c");

        svg.Should().StartWith("""<svg class="wide" viewBox="0 0 720 300" role="img" aria-labelledby="c-title c-text">""");
        svg.Should().Contain("""<title id="c-title">Loss &amp; more</title>""").And.Contain("loss over epoch: training.");
        svg.Should().Contain("stroke:var(--blue)").And.NotContain("rgb(").And.NotContain("font-family");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1e300)]
    [InlineData(5e-324)]
    public void Svg_OfAnyNumber_HasPlacesInThePicture(double value)
    {
        var chart = new Chart("c", new("x") { IsLogarithmic = true }, new("y") { IsLogarithmic = true });
        chart.AddLine("a", [(1, 1), (10, value), (100, 30)]);
        chart.AddDots("b", [(value, value)]);
        chart.AddBand("d", [(1, value, 1), (2, 1, value)]);

        foreach (var size in ChartSize.Whole)
            Svg.Of(chart, size, "c").Should().NotContain("NaN").And.NotContain("Infinity").And.NotContain("∞").And.NotContain("E+");
    }

    [Fact]
    public void Curve_PassesOnWhatItRecords()
    {
        var told = new List<TrainingProgress>();
        var curve = new TrainingCurve(new Teller(told));
        var epoch = new TrainingProgress
        {
            Epoch = 1, Epochs = 2, TrainingLoss = 1, ValidationLoss = 2, MetricName = "accuracy", ValidationMetric = 0.5, IsBest = true,
            SequencesPerSecond = 1, Elapsed = default, Remaining = default,
        };

        curve.Report(epoch);

        curve.Epochs.Should().Equal(epoch);
        told.Should().Equal(epoch);
    }

    private sealed class Teller(List<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told.Add(value);
    }
}
