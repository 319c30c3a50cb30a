using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Tests.Conformance;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies.Watched;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies;

/// <summary>Anomalies beside the rows of a table.</summary>
public class AnomalyTransformerTests
{
    private const int Spike = 700;

    private static readonly float[] Values = Simulated(1, 900);

    private static readonly AnomalyTransformer Model = Fit(Options, Values[..600]);

    private static readonly AnomalyOptions Shops = new()
    {
        TargetColumnNames = ["Sales", "Both"], SeriesColumnName = "Shop", OrderColumnName = "Day", KnownAheadColumnNames = ["Holiday"],
        KnownSoFarColumnNames = ["Heat"], Season = 7,
    };

    [Theory]
    [InlineData(AlertSide.TwoSided, 10, true)]
    [InlineData(AlertSide.TwoSided, -10, true)]
    [InlineData(AlertSide.Positive, 10, true)]
    [InlineData(AlertSide.Positive, -10, false)]
    [InlineData(AlertSide.Negative, 10, false)]
    [InlineData(AlertSide.Negative, -10, true)]
    public void ASpike_IsFound_OnItsSide(AlertSide side, float size, bool isFound)
    {
        float[] changed = [.. Values];
        changed[Spike] += size;
        double[] answer = Answers(Fit(Options with { Side = side }, Values[..600]), changed)[Spike];

        answer[0].Should().Be(isFound ? 1 : 0);
        Math.Sign(answer[1]).Should().Be(Math.Sign(size));
        Math.Abs(answer[1]).Should().BeGreaterThan(8, "the score is in mean sizes of errors, and those are below 1");
        if (isFound)
            answer[2].Should().BeLessThan(1e-4);
        else
            answer[2].Should().BeGreaterThan(0.99);
    }

    [Fact]
    public void AShift_IsFound_AndLearned()
    {
        float[] changed = [.. Values.Select((value, day) => day < Spike ? value : value + 12)];
        foreach (int longest in new[] { 0, 3 })
        {
            var answers = Answers(Fit(Options with { LongestSpike = longest }, Values[..600]), changed);
            answers[Spike][0].Should().Be(1);
            answers[(Spike + 100)..].Average(answer => answer[0]).Should().BeLessThan(0.05, "the new level is the usual one");
        }
    }

    [Fact]
    public void ASpike_ThatIsNotLearned_LeavesTheNextScoresAlone()
    {
        float[] changed = [.. Values];
        changed[Spike] += 12;
        var (learned, held) = (Echo(0), Echo(1));
        held.Should().BeLessThan(0.5 * learned);

        // How far the scores behind the spike are from those without it.
        double Echo(int longest)
        {
            var model = Fit(Options with { LongestSpike = longest }, Values[..600]);
            var (with, without) = (Answers(model, changed), Answers(model, Values));
            return Enumerable.Range(Spike + 1, 8).Sum(row => Math.Abs(with[row][1] - without[row][1]));
        }
    }

    [Fact]
    public void RowsWithoutAScore_HaveNoAlert()
    {
        float[] gaps = [.. Values];
        gaps[Spike] = float.NaN;
        var answers = Answers(Model, gaps);
        int[] without = [.. Enumerable.Range(0, gaps.Length).Where(row => double.IsNaN(answers[row][2]))];
        without.Should().Equal([.. Enumerable.Range(0, 32), Spike]);
        without.Should().AllSatisfy(row => answers[row].Should().Equal(0, double.NaN, double.NaN));
        Answers(Fit(Options with { Season = 50 }, Values), Values)[..50].Should().AllSatisfy(answer => answer[2].Should().Be(double.NaN));
    }

    [Fact]
    public void AScore_KnowsNothingOfLaterRows()
    {
        float[] changed = [.. Values.Select((value, day) => day <= Spike ? value : value + 500)];
        var (answers, others) = (Answers(Model, Values), Answers(Model, changed));
        for (int row = 0; row <= Spike; row++)
            others[row].Should().Equal(answers[row]);
        others[Spike + 1].Should().NotEqual(answers[Spike + 1]);
    }

    [Fact]
    public void AnExpectedDrop_IsNoAnomaly_WhereTheCovariateTells()
    {
        Demand[] rows = Demands.Of(300);
        var table = Demands.View(rows);
        double[] PValues(AnomalyOptions options) => [.. Demands.Ml.AnomalyDetection.DetectAnomaliesByStateSpace(options).Fit(table)
            .Transform(table).GetColumn<double[]>("Anomaly").Select(answer => answer[2])];
        var options = Shops with { TargetColumnNames = ["Sales"], KnownSoFarColumnNames = [] };
        var (told, untold) = (PValues(options), PValues(options with { KnownAheadColumnNames = [] }));
        int[] holidays = [.. Enumerable.Range(60, 240).Where(row => rows[row].Holiday && !float.IsNaN(rows[row].Sales))];
        holidays.Average(row => untold[row]).Should().BeLessThan(0.5 * holidays.Average(row => told[row]));
    }

    [Fact]
    public void SeveralTargets_AreToldEach_WithNames()
    {
        var table = Demands.View(Demands.Of(80, 60));
        var estimator = Demands.Ml.AnomalyDetection.DetectAnomaliesByStateSpace(Shops);
        var view = estimator.Fit(table).Transform(table);
        var column = view.Schema["Anomaly"];

        ((VectorDataViewType)column.Type).Dimensions.Should().Equal(3, 3);
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        names.DenseValues().Select(name => name.ToString()).Should().Equal(
            "Sales Alert", "Sales Raw Score", "Sales P-Value Score", "Both.0 Alert", "Both.0 Raw Score", "Both.0 P-Value Score",
            "Both.1 Alert", "Both.1 Raw Score", "Both.1 P-Value Score");
        SchemaComparison.Shape(estimator.GetOutputSchema(Friend.ShapeOf(table.Schema))).Should().Equal(SchemaComparison.Shape(view.Schema));
        view.GetColumn<double[]>("Anomaly").ElementAt(80).Should().AllSatisfy(
            value => (double.IsNaN(value) || value == 0).Should().BeTrue("another shop begins"));
        Model.Transform(View(Values)).Schema["Anomaly"].GetSlotNames(ref names);
        names.DenseValues().Select(name => name.ToString()).Should().Equal("Alert", "Raw Score", "P-Value Score");
    }

    [Fact]
    public void SortedRows_AreScoredAlike()
    {
        Demand[] rows = Demands.Of(120), shuffled = [.. rows.OrderBy(row => row.Day * 7919 % 127)];
        var options = Shops with { TargetColumnNames = ["Sales"] };
        Read(options with { SortsRows = true }, shuffled).Should().Equal(Read(options, rows));

        static double[] Read(AnomalyOptions options, Demand[] rows) => [.. Demands.Ml.AnomalyDetection.DetectAnomaliesByStateSpace(options)
            .Fit(Demands.View(rows)).Transform(Demands.View(rows)).GetColumn<double[]>("Anomaly").SelectMany(answer => answer)];
    }

    [Fact]
    public void ASavedModel_AnswersWithTheSameBits()
    {
        var table = Demands.View(Demands.Of(80, 60));
        var model = Demands.Ml.AnomalyDetection.DetectAnomaliesByStateSpace(Shops with { LongestSpike = 2, Confidence = 90 }).Fit(table);
        using var stream = new MemoryStream();
        Demands.Ml.Model.Save(model, table.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _);

        Cells.Read(loaded.Transform(table)).Should().Equal(Cells.Read(model.Transform(table)));
        ((AnomalyTransformer)loaded).Options.Should().BeEquivalentTo(model.Options);
    }

    [Fact]
    public void TheNumberOfThreads_ChangesNoBit()
        => Answers(Fit(Options with { Threads = 1 }, Values), Values).SelectMany(answer => answer).Should().Equal(
            Answers(Fit(Options with { Threads = 3 }, Values), Values).SelectMany(answer => answer));

    [Fact]
    public void WrongOptions_AreRefused()
    {
        foreach (double confidence in new[] { 0.99, 100, double.NaN })
            Invoking(() => Fit(Options with { Confidence = confidence }, Values)).Should().Throw<ArgumentOutOfRangeException>();
        foreach (int size in new[] { int.MinValue, -1, 1_000_000_000, int.MaxValue })
            Invoking(() => Fit(Options with { LongestSpike = size }, Values)).Should().Throw<ArgumentOutOfRangeException>()
                .WithMessage("LongestSpike must lie in*");
        foreach (int size in new[] { int.MinValue, 0, int.MaxValue })
        {
            Invoking(() => Fit(Options with { Season = size }, Values)).Should().Throw<ArgumentOutOfRangeException>();
            Invoking(() => Fit(Options with { Threads = size }, Values)).Should().Throw<ArgumentOutOfRangeException>();
        }
        Invoking(() => Fit(Options with { Side = (AlertSide)7 }, Values)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
