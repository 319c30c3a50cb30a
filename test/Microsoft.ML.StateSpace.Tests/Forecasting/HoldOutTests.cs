using Microsoft.ML.Data;
using static Microsoft.ML.StateSpace.Tests.Forecasting.Demands;

namespace Microsoft.ML.StateSpace.Tests.Forecasting;

/// <summary>A split by time.</summary>
public class HoldOutTests
{
    [Fact]
    public void TheLastRows_OfEachSeries_AreHeldOut()
    {
        Demand[] rows = Of(20, 6, 12);
        var split = Ml.Forecasting.HoldOutEnd(View(rows), Options, rows: 8);

        split.All.GetColumn<int>("Day").Should().Equal(rows.Select(row => row.Day));
        split.Train.GetColumn<int>("Day").Should().Equal(
            rows.Where(row => row.Shop == "a" ? row.Day < 12 : row.Shop == "c" && row.Day < 4).Select(row => row.Day));
        split.Train.GetRowCount().Should().Be(16);
    }

    [Fact]
    public void RowsOutOfOrder_AreSplitByTime()
    {
        Demand[] rows = [.. Of(20, 12).OrderBy(row => row.Day * 7 % 23)];
        var split = Ml.Forecasting.HoldOutEnd(View(rows), Options with { SortsRows = true }, rows: 5);
        split.Train.GetColumn<int>("Day").Order().Should().Equal(
            Enumerable.Range(0, 15).Concat(Enumerable.Range(0, 7)).Order());
    }

    [Fact]
    public void WhatLeavesNoRow_IsRefused()
    {
        Invoking(() => Ml.Forecasting.HoldOutEnd(View(Of(20)), Options, 20)).Should().Throw<InvalidOperationException>()
            .WithMessage("*20 rows*Hold out fewer*");
        Invoking(() => Ml.Forecasting.HoldOutEnd(View(Of(20)), Options, 0)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
