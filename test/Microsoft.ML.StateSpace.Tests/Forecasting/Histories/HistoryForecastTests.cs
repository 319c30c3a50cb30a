using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using static Microsoft.ML.StateSpace.Tests.Forecasting.Demands;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Histories;

/// <summary>Forecasts of rows that hold a whole history each.</summary>
public class HistoryForecastTests
{
    private static readonly Demand[] Days = Of(120);

    private static readonly ForecastingTransformer Model = Fit(Options, Days[..90]);

    private static readonly HistoryForecastTransformer Rows = Model.ForHistories("History", "Holidays");

    private static readonly int[] Lengths = [1, 2, 9, 40, 89, 90, 117];

    [Fact]
    public void AHistory_IsForecastAsTransform_InItsLastRow()
    {
        var answers = Answers(Model, Days);
        var given = Read(Lengths.Select(Until));
        for (int i = 0; i < Lengths.Length; i++)
            ShouldBe(given[i], answers[Lengths[i] - 1]);
    }

    [Fact]
    public void APredictionEngine_AnswersAlike()
    {
        using var engine = Ml.Model.CreatePredictionEngine<ShopHistory, Answer>(Rows);
        var answers = Answers(Model, Days);
        foreach (int length in Lengths)
            ShouldBe(engine.Predict(Until(length)), answers[length - 1]);
        Rows.IsRowToRowMapper.Should().BeTrue();
    }

    [Fact]
    public void ManyEngines_MayRunAtTheSameTime()
    {
        var answers = Answers(Model, Days);
        var given = new Answer[Days.Length];
        Parallel.For(
            0, 4, thread =>
            {
                using var engine = Ml.Model.CreatePredictionEngine<ShopHistory, Answer>(Rows);
                for (int row = thread; row < Days.Length; row += 4)
                    given[row] = engine.Predict(Until(row + 1));
            });
        for (int row = 0; row < Days.Length; row++)
            ShouldBe(given[row], answers[row]);
    }

    [Fact]
    public void StaticsAndIntervals_AreTheLastValuesOfATimeStep()
    {
        Demand[] table = Of(120);
        for (int row = 0; row < table.Length; row++)
            table[row].Since = 1 + row * 7 % 3;
        var model = Fit(Options with { StaticColumnNames = ["Size"], IntervalColumnName = "Since", Season = 1 }, table);
        var answers = Answers(model, table);
        using var engine = Ml.Model.CreatePredictionEngine<ShopHistory, Answer>(model.ForHistories("History", "Holidays"));
        var given = engine.Predict(new ShopHistory
        {
            History = [.. table[..60].SelectMany(
                day => (float[])[day.Sales, (float)day.Heat, day.Holiday ? 1 : 0, day.Size, day.Since])],
            Holidays = [.. table[60..(60 + Horizon)].SelectMany(day => (float[])[day.Holiday ? 1 : 0, day.Since])],
        });
        ShouldBe(given, answers[59]);
    }

    // The usual interval stands in for those of the time steps to come.
    [Fact]
    public void IntervalsAlone_NeedNoColumnOfTheFuture()
    {
        Demand[] table = [.. Of(120)[..100]];
        for (int row = 0; row < table.Length; row++)
            table[row].Since = 1 + row * 7 % 3;
        var model = Fit(
            Options with { KnownAheadColumnNames = [], KnownSoFarColumnNames = [], IntervalColumnName = "Since", Season = 1 }, table);
        Invoking(() => model.ForHistories("History", "")).Should().Throw<ArgumentException>("such a model file could not be read");
        using var engine = Ml.Model.CreatePredictionEngine<ShopHistory, Answer>(model.ForHistories("History"));
        var given = engine.Predict(new ShopHistory { History = [.. table.SelectMany(day => (float[])[day.Sales, day.Since])] });
        given.Forecast.Should().HaveCount(Horizon).And.NotContain(float.NaN);
        ShouldBe(given, Answers(model, table)[^1]);
    }

    [Fact]
    public void SequencesOfATable_AreHistories()
    {
        Demand[] table = Of(80, 60);
        var options = Options with { KnownAheadColumnNames = [], KnownSoFarColumnNames = ["Heat", "Holiday"] };
        var model = Fit(options, table);
        var sequences = Ml.Data.ToSequences(View(table), "Shop", ["Sales", "Heat", "Holiday"]);
        float[][] given = [.. model.ForHistories("Features").Transform(sequences).GetColumn<float[]>("Forecast")];

        var answers = Answers(model, table);
        given.Should().HaveCount(2);
        given[0].Should().Equal(answers[79].Forecast);
        given[1].Should().Equal(answers[139].Forecast);
    }

    [Fact]
    public void AShortFuture_AndNoHistory_LeaveForecastsOpen()
    {
        var (shorter, none) = (Until(50), Until(50));
        shorter.Holidays = shorter.Holidays[..1];
        none.History = [];
        var given = Read([shorter, none]);
        given[0].Forecast.Select(float.IsNaN).Should().Equal(false, true, true);
        given[1].Forecast.Should().AllSatisfy(value => value.Should().Be(float.NaN));
    }

    [Fact]
    public void ARowThatIsWrong_IsNamed_AndHasNoForecastOfAnother()
    {
        using var engine = Ml.Model.CreatePredictionEngine<ShopHistory, Answer>(Rows);
        var (good, broken, far) = (Until(50), Until(50), Until(50));
        broken.History = broken.History[..^1];
        far.Holidays = [0, 0, 0, 0];
        var first = engine.Predict(good).Forecast.ToArray();
        Invoking(() => engine.Predict(broken)).Should().Throw<InvalidOperationException>()
            .WithMessage("Row *: column 'History' holds 149 values, which are no whole time steps of 3*");
        Invoking(() => engine.Predict(far)).Should().Throw<InvalidOperationException>().WithMessage("*4 rows*looks 3 ahead*");
        engine.Predict(good).Forecast.Should().Equal(first);
    }

    [Fact]
    public void ASavedModel_AnswersWithTheSameBits()
    {
        var table = Ml.Data.LoadFromEnumerable(Lengths.Select(Until));
        using var stream = new MemoryStream();
        Ml.Model.Save(Rows, table.Schema, stream);
        stream.Position = 0;
        var loaded = (HistoryForecastTransformer)new MLContext().Model.Load(stream, out _);

        Cells.Read(loaded.Transform(table)).Should().Equal(Cells.Read(Rows.Transform(table)));
        (loaded.HistoryColumnName, loaded.KnownAheadColumnName).Should().Be(("History", "Holidays"));
        loaded.Options.Should().BeEquivalentTo(Model.Options);
    }

    [Fact]
    public void ColumnsOfTheRow_AreKept_AndOnlyWhatIsNeededIsRead()
    {
        var table = Ml.Data.LoadFromEnumerable(Lengths.Select(Until));
        var view = Rows.Transform(table);
        view.Schema.Select(column => column.Name).Should().Equal("Name", "History", "Holidays", "Forecast", "Lower", "Upper");
        view.GetColumn<string>("Name").Should().Equal(Lengths.Select(length => $"{length}"));
        var mapper = Rows.GetRowToRowMapper(table.Schema);
        mapper.GetDependencies([view.Schema["Name"]]).Select(column => column.Name).Should().Equal("Name");
        mapper.GetDependencies([view.Schema["Upper"]]).Select(column => column.Name).Should().Equal("History", "Holidays");
    }

    [Fact]
    public void WrongColumns_AreRefused()
    {
        var table = Ml.Data.LoadFromEnumerable(Lengths.Select(Until));
        Invoking(() => Model.ForHistories("History")).Should().Throw<ArgumentException>().WithMessage("*knownAheadColumnName*");
        Invoking(() => Model.ForHistories("Name", "Holidays").Transform(table)).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("Column 'Name' must be a vector of Single*");
        Invoking(() => Model.ForHistories("Missing", "Holidays").Transform(table)).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("There is no column 'Missing'*");
    }

    private static ShopHistory Until(int length) => new()
    {
        Name = $"{length}",
        History = [.. Days[..length].SelectMany(day => new[] { day.Sales, (float)day.Heat, day.Holiday ? 1 : 0 })],
        Holidays = [.. Days.Skip(length).Take(Horizon).Select(day => day.Holiday ? 1f : 0)],
    };

    private static Answer[] Read(IEnumerable<ShopHistory> rows)
        => [.. Ml.Data.CreateEnumerable<Answer>(Rows.Transform(Ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false)];

    private static void ShouldBe(Answer given, Answer expected)
    {
        given.Forecast.Should().Equal(expected.Forecast);
        given.Lower.Should().Equal(expected.Lower);
        given.Upper.Should().Equal(expected.Upper);
    }
}
