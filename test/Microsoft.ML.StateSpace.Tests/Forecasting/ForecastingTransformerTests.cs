using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Interop;
using Microsoft.ML.StateSpace.Tests.Conformance;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Forecasting.Demands;

namespace Microsoft.ML.StateSpace.Tests.Forecasting;

/// <summary>Forecasts beside the rows of a table.</summary>
public class ForecastingTransformerTests
{
    private static readonly Demand[] Rows = Of(80, 60);

    private static readonly ForecastingTransformer Model = Fit(Options, Rows);

    [Fact]
    public void ManyShops_AreForecastByOneModel()
    {
        var answers = Answers(Model, Rows);
        answers.Should().HaveCount(Rows.Length);
        for (int row = 20; row < 76; row++)
        {
            for (int step = 0; step < Horizon; step++)
            {
                float actual = Rows[row + step + 1].Sales;
                if (!float.IsNaN(actual))
                    answers[row].Forecast[step].Should().BeApproximately(actual, 12);
                (answers[row].Upper[step] - answers[row].Forecast[step]).Should().BePositive().And.BeLessThan(20)
                    .And.BeApproximately(answers[row].Forecast[step] - answers[row].Lower[step], 1e-3f);
            }
        }
    }

    [Fact]
    public void AStepWithoutARow_HasNoForecast_WhereCovariatesAreKnownAhead()
    {
        var answers = Answers(Model, Rows);
        answers[79].Forecast.Should().AllSatisfy(value => value.Should().Be(float.NaN));
        answers[78].Forecast.Select(float.IsNaN).Should().Equal(false, true, true);
        var without = Options with { KnownAheadColumnNames = [] };
        Answers(Fit(without, Rows), Rows)[79].Forecast.Should().NotContain(float.NaN);

        Demand[] future = [.. Rows, .. Enumerable.Range(60, 3).Select(
            day => new Demand { Shop = "b", Day = day, Sales = float.NaN, Holiday = day == 61, Heat = double.NaN })];
        var ahead = Answers(Model, future)[Rows.Length - 1];
        ahead.Forecast.Should().NotContain(float.NaN);
        ahead.Forecast[1].Should().BeLessThan(ahead.Forecast[0] - 20, "it is a holiday");
    }

    [Fact]
    public void AForecast_KnowsNothingOfLaterRows_ButTheCovariatesKnownAhead()
    {
        Demand[] changed = Of(80, 60);
        foreach (var row in changed[41..80])
            (row.Sales, row.Heat) = (row.Sales + 500, 7);
        changed[45].Holiday = !changed[45].Holiday;

        var (answers, others) = (Answers(Model, Rows), Answers(Model, changed));
        for (int row = 0; row <= 41; row++)
            others[row].Forecast.SequenceEqual(answers[row].Forecast).Should().Be(row < 41);
        others[80].Forecast.Should().Equal(answers[80].Forecast, "another shop begins");
    }

    [Fact]
    public void SortedRows_AreForecastAlike()
    {
        Demand[] shuffled = [.. Rows.OrderBy(row => row.Day * 7919 % 101)];
        string first = shuffled[0].Shop;
        var sorted = Fit(Options with { SortsRows = true }, shuffled);

        var answers = Answers(sorted, shuffled);
        var expected = Answers(Fit(Options, [.. Rows.OrderBy(row => row.Shop == first ? 0 : 1)]), Rows);
        int start = first == "a" ? 0 : 60;
        for (int row = 0; row < 80; row++)
            answers[start + row].Forecast.Should().Equal(expected[row].Forecast);
    }

    [Fact]
    public void SeveralTargets_HaveAColumnEach_AndVectorsAreTargets()
    {
        var options = Options with { TargetColumnNames = ["Sales", "Both"], KnownAheadColumnNames = [], Season = 1 };
        var model = Fit(options, Rows);

        var type = (VectorDataViewType)model.Transform(View(Rows)).Schema["Forecast"].Type;
        type.Dimensions.Should().Equal(Horizon, 3);
        Answers(model, Rows)[50].Forecast.Should().HaveCount(9).And.NotContain(float.NaN);
    }

    [Fact]
    public void TheColumnsOfTheTable_AreKept_AndThoseThatAreNotNamedAreNotMade()
    {
        var model = Fit(Options with { OutputColumnName = "Next", ConfidenceUpperBoundColumn = null }, Rows);
        var view = model.Transform(View(Rows));

        view.Schema.Select(column => column.Name).Should().Equal(
            "Shop", "Day", "Sales", "Returns", "Holiday", "Heat", "Size", "Since", "Both", "Next", "Lower");
        view.GetColumn<string>("Shop").Should().Equal(Rows.Select(row => row.Shop));
        model.GetOutputSchema(View(Rows).Schema).Select(column => column.Name).Should().Equal(view.Schema.Select(column => column.Name));
        model.IsRowToRowMapper.Should().BeFalse();
    }

    [Fact]
    public void TheEstimator_PromisesWhatComes()
    {
        var table = View(Rows);
        var estimator = Ml.Forecasting.ForecastByStateSpace("Next", "Sales", Horizon, 0.8f, "Low", "High");
        SchemaComparison.Shape(estimator.GetOutputSchema(Friend.ShapeOf(table.Schema))).Should().Equal(
            SchemaComparison.Shape(estimator.Fit(table).Transform(table).Schema));
    }

    [Fact]
    public void ASavedModel_AnswersWithTheSameBits()
    {
        var table = View(Rows);
        using var stream = new MemoryStream();
        Ml.Model.Save(Model, table.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _);

        Cells.Read(loaded.Transform(table)).Should().Equal(Cells.Read(Model.Transform(table)));
        ((ForecastingTransformer)loaded).Options.Should().BeEquivalentTo(Model.Options);
    }

    [Fact]
    public void APipeline_WithAForecast_IsSavedAndLoaded()
    {
        var table = View(Rows);
        var model = Ml.Transforms.Conversion.ConvertType("Holiday", outputKind: DataKind.Single)
            .Append(Ml.Forecasting.ForecastByStateSpace(Options)).Fit(table);
        using var stream = new MemoryStream();
        Ml.Model.Save(model, table.Schema, stream);
        stream.Position = 0;

        Cells.Read(Ml.Model.Load(stream, out _).Transform(table)).Should().Equal(Cells.Read(model.Transform(table)));
    }

    [Fact]
    public void Cursors_MayRunAtTheSameTime()
    {
        var view = Model.Transform(View(Rows));
        var expected = Cells.Read(view);
        var given = new List<string>[4];
        Parallel.For(0, given.Length, i => given[i] = Cells.Read(view));
        given.Should().AllSatisfy(rows => rows.Should().Equal(expected));
    }

    [Theory]
    [InlineData("Horizon")]
    [InlineData("TrainedHorizon")]
    [InlineData("Season")]
    [InlineData("Threads")]
    public void ANumber_OutOfItsRange_IsRefused(string option)
    {
        foreach (int value in new[] { int.MinValue, 0, 1_000_000_000, int.MaxValue })
        {
            var options = option switch
            {
                "Horizon" => Options with { Horizon = value },
                "TrainedHorizon" => Options with { TrainedHorizon = value },
                "Season" => Options with { Season = value },
                _ => Options with { Threads = value },
            };
            Invoking(() => Fit(options, Rows)).Should().Throw<ArgumentOutOfRangeException>().WithMessage($"{option} must lie in*");
        }
        Invoking(() => Fit(Options with { ConfidenceLevel = 1 }, Rows)).Should().Throw<ArgumentOutOfRangeException>();
        Invoking(() => Fit(Options with { ConfidenceLevel = float.NaN }, Rows)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void StaticColumns_ServeShopsNeverSeen_AndMayBeMissing()
    {
        var options = Options with { StaticColumnNames = ["Size"] };
        var model = Fit(options, Rows);
        Demand[] fresh = Of(0, 0, 40);
        Answers(model, fresh)[30].Forecast.Should().NotContain(float.NaN);
        foreach (var row in fresh)
            row.Size = float.NaN;
        Answers(model, fresh)[30].Forecast.Should().NotContain(float.NaN);

        Demand[] changed = Of(80);
        changed[12].Size = 4;
        Invoking(() => Fit(options, changed)).Should().Throw<InvalidOperationException>()
            .WithMessage("Row 12: column 'Size' is 4, but was 1 before in the same series*");
    }

    [Fact]
    public void ACancelledFit_Ends()
        => Invoking(() => Fit(Options with { Cancellation = new CancellationToken(true) }, Rows)).Should()
            .Throw<OperationCanceledException>();

    [Fact]
    public void AWrongRow_IsNamed()
    {
        Invoking(() => Fit(Options, [.. Rows, .. Rows[..1]])).Should().Throw<InvalidOperationException>()
            .WithMessage("Row 140: group 'a' of column 'Shop' goes on here*");
        Invoking(() => Fit(Options, Rows.Reverse())).Should().Throw<InvalidOperationException>()
            .WithMessage("Row 1: column 'Day' goes back, from 59 to 58*");
    }
}
