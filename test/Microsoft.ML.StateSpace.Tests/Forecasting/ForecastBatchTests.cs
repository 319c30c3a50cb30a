using Microsoft.ML.StateSpace.Testing;
using static Microsoft.ML.StateSpace.Tests.Forecasting.Demands;

namespace Microsoft.ML.StateSpace.Tests.Forecasting;

/// <summary>A batch of series is as many engines.</summary>
public class ForecastBatchTests
{
    private const int Series = 70;

    private static readonly Demand[] Rows = Of(80);

    private static readonly ForecastingTransformer Plain = Fit(Options, Rows);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Forecasts_AreThoseOfEngines(int threads)
    {
        using var batch = Plain.CreateForecastBatch(Series, threads);
        ForecastEngine[] engines = [.. Enumerable.Range(0, Series).Select(_ => Plain.CreateForecastEngine())];
        float[] ahead = [.. Enumerable.Range(0, Series * Horizon).Select(i => i % 5 == 0 ? 1f : 0)];
        for (int row = 0; row < 30; row++)
        {
            batch.Observe([.. Enumerable.Range(0, Series).SelectMany(series => Row(series, row))]);
            for (int series = 0; series < Series; series++)
                engines[series].Observe(Row(series, row));
        }
        float[] forecasts = batch.Forecast(ahead).ToArray();
        for (int series = 0; series < Series; series++)
        {
            Range own = (series * Horizon)..((series + 1) * Horizon);
            forecasts[own].Should().Equal(engines[series].Forecast(ahead.AsSpan(own)).ToArray());
            batch.LowerBound[own].ToArray().Should().Equal(engines[series].LowerBound.ToArray());
            batch.UpperBound[own].ToArray().Should().Equal(engines[series].UpperBound.ToArray());
        }
        batch.GetRows(Series - 1).Should().Be(30);
        (batch.InputLength, batch.Horizon, batch.Targets, batch.KnownAhead).Should().Be((3, Horizon, 1, 1));
    }

    [Fact]
    public void State_GoesToAnEngineAndBack_AndSeriesAreAddedAndRemoved()
    {
        using var batch = Plain.CreateForecastBatch(1);
        var engine = Plain.CreateForecastEngine();
        batch.Add(2).Should().Be(1);
        batch.ObserveSome([2, 0], [.. Row(2, 0), .. Row(0, 0)]);
        engine.Observe(Row(2, 0));
        (batch.GetRows(0), batch.GetRows(1), batch.GetRows(2)).Should().Be((1, 0, 1));
        byte[] state = new byte[batch.StateLength], expected = new byte[engine.StateLength];
        batch.GetState(2, state);
        engine.GetState(expected);
        state.Should().Equal(expected);
        batch.SetState(1, expected);
        batch.Remove(0);
        batch.Count.Should().Be(2);
        batch.GetRows(0).Should().Be(1);
        batch.Reset(0);
        batch.GetRows(0).Should().Be(0);
        Invoking(() => batch.GetRows(2)).Should().Throw<ArgumentOutOfRangeException>();
        Invoking(() => batch.Remove(2)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Calls_AllocateNothing()
    {
        using var batch = Plain.CreateForecastBatch(Series);
        float[] rows = [.. Enumerable.Range(0, Series).SelectMany(series => Row(series, 0))], ahead = new float[Series * Horizon];
        for (int i = 0; i < 2; i++)
        {
            batch.Observe(rows);
            batch.Forecast(ahead);
        }
        NoAllocation.In(() =>
        {
            batch.Observe(rows);
            batch.Forecast(ahead);
        });
    }

    private static float[] Row(int series, int row)
    {
        var day = Rows[(series + row) % Rows.Length];
        return [day.Sales, (float)day.Heat, day.Holiday ? 1 : 0];
    }
}
