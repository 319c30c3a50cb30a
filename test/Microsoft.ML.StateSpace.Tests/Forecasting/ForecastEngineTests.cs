using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using static Microsoft.ML.StateSpace.Tests.Forecasting.Demands;

namespace Microsoft.ML.StateSpace.Tests.Forecasting;

/// <summary>Forecasts while rows arrive.</summary>
public class ForecastEngineTests
{
    private static readonly Demand[] Rows = Of(80);

    private static readonly ForecastingTransformer Model = Fit(Options, Rows);

    [Fact]
    public void Engine_AnswersAsTransform()
    {
        var answers = Answers(Model, Rows);
        var engine = Model.CreateForecastEngine();
        for (int row = 0; row < Rows.Length; row++)
        {
            engine.Observe(Values(Rows[row]));
            engine.Forecast(Ahead(row)).ToArray().Should().Equal(answers[row].Forecast);
            engine.LowerBound.ToArray().Should().Equal(answers[row].Lower);
            engine.UpperBound.ToArray().Should().Equal(answers[row].Upper);
        }
        engine.Rows.Should().Be(Rows.Length);
        (engine.InputLength, engine.Horizon, engine.Targets, engine.KnownAhead).Should().Be((3, Horizon, 1, 1));
    }

    // More rows than are read ahead at once.
    [Fact]
    public void LongTables_AreAnsweredAlike()
    {
        Demand[] rows = Of(700, 300);
        var answers = Answers(Model, rows);
        var engine = Model.CreateForecastEngine();
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row].Day == 0)
                engine.Reset();
            engine.Observe(Values(rows[row]));
            float[] ahead = [.. rows.Skip(row + 1).Take(Horizon).Where(next => next.Shop == rows[row].Shop)
                .Select(next => next.Holiday ? 1f : 0)];
            engine.Forecast(ahead).ToArray().Should().Equal(answers[row].Forecast);
        }
    }

    // Rows between are more than are read ahead at once.
    [Fact]
    public void RowsThatAreReadNowAndThen_AreAnsweredAlike()
    {
        Demand[] rows = Of(900, 300);
        var answers = Answers(Model, rows);
        var view = Model.Transform(View(rows));
        using var cursor = view.GetRowCursor([view.Schema["Forecast"]]);
        var read = cursor.GetGetter<VBuffer<float>>(view.Schema["Forecast"]);
        VBuffer<float> forecast = default;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            if (row % 400 < 398)
                continue;
            read(ref forecast);
            forecast.DenseValues().Should().Equal(answers[row].Forecast);
        }
    }

    [Fact]
    public void ASavedState_GoesOn()
    {
        var (engine, other) = (Model.CreateForecastEngine(), Model.CreateForecastEngine());
        for (int row = 0; row < 40; row++)
            engine.Observe(Values(Rows[row]));
        byte[] state = new byte[engine.StateLength];
        engine.GetState(state);
        other.SetState(state);
        for (int row = 40; row < 80; row++)
        {
            engine.Observe(Values(Rows[row]));
            other.Observe(Values(Rows[row]));
            other.Forecast(Ahead(row)).ToArray().Should().Equal(engine.Forecast(Ahead(row)).ToArray());
        }
        other.Rows.Should().Be(80);
    }

    [Fact]
    public void AResetEngine_BeginsANewSeries()
    {
        var (engine, fresh) = (Model.CreateForecastEngine(), Model.CreateForecastEngine());
        for (int row = 0; row < 30; row++)
            engine.Observe(Values(Rows[row]));
        engine.Reset();
        engine.Rows.Should().Be(0);
        engine.Forecast(Ahead(3)).ToArray().Should().AllSatisfy(value => value.Should().Be(float.NaN));
        engine.Observe(Values(Rows[3]));
        fresh.Observe(Values(Rows[3]));
        engine.Forecast(Ahead(3)).ToArray().Should().Equal(fresh.Forecast(Ahead(3)).ToArray()).And.NotContain(float.NaN);
    }

    [Fact]
    public void ADamagedState_ChangesNothing()
    {
        var engine = Model.CreateForecastEngine();
        for (int row = 0; row < 30; row++)
            engine.Observe(Values(Rows[row]));
        float[] before = engine.Forecast(Ahead(29)).ToArray();
        byte[] state = new byte[engine.StateLength];
        engine.GetState(state);
        for (int i = 0; i < state.Length; i += 7)
        {
            byte[] copy = [.. state];
            copy[i] ^= 16;
            Invoking(() => engine.SetState(copy)).Should().Throw<InvalidDataException>();
        }
        var another = Fit(Options with { Season = 1 }, Rows).CreateForecastEngine();
        Invoking(() => another.SetState(state)).Should().Throw<ArgumentException>();
        engine.Forecast(Ahead(29)).ToArray().Should().Equal(before);
    }

    [Fact]
    public void AStep_AllocatesNothing()
    {
        AllocatesNothing(Model, Values(Rows[5]), Ahead(5));
        var recursive = Fit(Options with { Horizon = 8, TrainedHorizon = 3, IntervalColumnName = "Since", Season = 1 }, Irregular());
        AllocatesNothing(recursive, [.. Values(Rows[5]), 2], [0, 1, 1, 2, 0, 3]);
    }

    // The interval is the last value of a row, and of what is known ahead.
    [Fact]
    public void IntervalsAndStatics_AreAnsweredAsByTransform_BeyondTheTrainedHorizon()
    {
        var options = Options with
        {
            Horizon = 8, TrainedHorizon = 3, IntervalColumnName = "Since", Season = 1, StaticColumnNames = ["Size"],
        };
        Demand[] rows = Irregular();
        var model = Fit(options, rows);
        var answers = Answers(model, rows);
        var engine = model.CreateForecastEngine();
        (engine.InputLength, engine.KnownAhead, engine.Horizon).Should().Be((5, 2, 8));
        for (int row = 0; row < rows.Length - 8; row++)
        {
            engine.Observe([.. Values(rows[row]), rows[row].Size, rows[row].Since]);
            float[] ahead = [.. rows[(row + 1)..(row + 9)].SelectMany(next => (float[])[next.Holiday ? 1 : 0, next.Since])];
            engine.Forecast(ahead).ToArray().Should().Equal(answers[row].Forecast).And.HaveCount(8).And.NotContain(float.NaN);
            engine.UpperBound.ToArray().Should().Equal(answers[row].Upper);
        }
    }

    private static Demand[] Irregular()
    {
        Demand[] rows = Of(80);
        for (int row = 0; row < rows.Length; row++)
            rows[row].Since = 1 + row * 7 % 3;
        return rows;
    }

    private static void AllocatesNothing(ForecastingTransformer model, float[] row, float[] ahead)
    {
        var engine = model.CreateForecastEngine();
        engine.Observe(row);
        engine.Forecast(ahead);
        NoAllocation.In(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                engine.Observe(row);
                engine.Forecast(ahead);
            }
        });
    }

    [Fact]
    public void WrongLengths_AreRefused()
    {
        var engine = Model.CreateForecastEngine();
        Invoking(() => engine.Observe([1, 2])).Should().Throw<ArgumentException>().WithMessage("*3 values*2 were given*");
        Invoking(() => engine.Forecast([1, 2, 3, 4])).Should().Throw<ArgumentException>().WithMessage("*at most 3 rows*4 values*");
    }

    private static float[] Values(Demand row) => [row.Sales, (float)row.Heat, row.Holiday ? 1 : 0];

    private static float[] Ahead(int row) => [.. Rows.Skip(row + 1).Take(Horizon).Select(next => next.Holiday ? 1f : 0)];
}
