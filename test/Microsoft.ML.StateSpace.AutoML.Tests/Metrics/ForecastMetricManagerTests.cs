using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Metrics;

public class ForecastMetricManagerTests
{
    private static readonly ForecastingOptions Options = new() { TargetColumnNames = ["Load"], SeriesColumnName = "Meter", Horizon = 2 };

    private readonly MLContext _ml = new(seed: 1);

    // Of meter a, rows 3 and 4 are held out: 5 and 9. Row 2 forecasts 6 and 7, row 3 forecasts 6: errors 1, 2, 3. The forecasts of row 1,
    // which learnt from no held-out row but also came too early, do not count. Its steps before are 1 and 3.
    [Theory]
    [InlineData(ForecastMetric.MeanAbsoluteError, (1 + 2 + 3) / 3.0)]
    [InlineData(ForecastMetric.RootMeanSquaredError, 2.1602468994692867)]
    [InlineData(ForecastMetric.MeanAbsoluteScaledError, (1 + 2 + 3) / 2.0 / 3)]
    public void OneSeries_IsJudgedByItsEnd(ForecastMetric metric, double expected)
    {
        var manager = new ForecastMetricManager(metric, Options, rows: 2);
        manager.Evaluate(_ml, View(A)).Should().BeApproximately(expected, 1e-12);
        manager.IsMaximize.Should().BeFalse();
        manager.MetricName.Should().Be($"{metric}");
    }

    // A hundred times as large, with the same relative errors: absolute errors are those of both, scaled ones stay.
    [Theory]
    [InlineData(ForecastMetric.MeanAbsoluteError, 6 * 101 / 6.0)]
    [InlineData(ForecastMetric.MeanAbsoluteScaledError, 1)]
    public void EverySeries_Counts(ForecastMetric metric, double expected)
        => new ForecastMetricManager(metric, Options, rows: 2).Evaluate(_ml, View([.. A, .. A.Select(row => new Hour
        {
            Meter = "b", Load = 100 * row.Load, Forecast = [.. row.Forecast.Select(value => 100 * value)],
        })])).Should().BeApproximately(expected, 1e-6);

    [Fact]
    public void WhatIsNotKnown_DoesNotCount()
    {
        Hour[] rows = [.. A.Select((row, i) => new Hour { Meter = "a", Load = i == 4 ? float.NaN : row.Load, Forecast = row.Forecast })];
        new ForecastMetricManager(ForecastMetric.MeanAbsoluteError, Options, rows: 2).Evaluate(_ml, View(rows)).Should().Be(1);
        Invoking(() => new ForecastMetricManager(ForecastMetric.MeanAbsoluteError, Options, rows: 1).Evaluate(_ml, View(rows)))
            .Should().Throw<InvalidOperationException>().WithMessage("No row that was held out*");
    }

    private static readonly Hour[] A =
    [
        new() { Meter = "a", Load = 1, Forecast = [0, 0] }, new() { Meter = "a", Load = 2, Forecast = [50, 50] },
        new() { Meter = "a", Load = 5, Forecast = [6, 7] }, new() { Meter = "a", Load = 5, Forecast = [6, 70] },
        new() { Meter = "a", Load = 9, Forecast = [80, 80] },
    ];

    private IDataView View(Hour[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(Hour));
        schema["Forecast"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 2);
        return _ml.Data.LoadFromEnumerable(rows, schema);
    }
}
