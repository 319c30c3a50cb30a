using static Microsoft.ML.StateSpace.Tests.Forecasting.Demands;

namespace Microsoft.ML.StateSpace.Tests.Forecasting;

/// <summary>What a forecaster makes of its covariates.</summary>
public class CovariateImportanceTests
{
    private static readonly ForecastingTransformer Model = Fit(Options, Of(160, 120));

    [Fact]
    public void HolidaysMatter_AndHeatDoesNot()
    {
        var importance = Ml.Forecasting.CovariateImportance(Model, View(Of(160, 120, 90)));
        importance.Select(covariate => covariate.Name).Should().Equal("Heat", "Holiday");
        importance[0].Mean.Should().BeInRange(-0.1, 0.1);
        importance[1].Mean.Should().BeGreaterThan(1, "a holiday is a third of the sales");
        importance[1].StandardDeviation.Should().BePositive().And.BeLessThan(importance[1].Mean);
    }

    // A static column is the same at all times.
    [Fact]
    public void StaticsAndIntervals_StandBehindTheCovariates()
    {
        Demand[] rows = Of(160, 120, 90);
        for (int row = 0; row < rows.Length; row++)
            rows[row].Since = 1 + row * 7 % 3;
        var model = Fit(Options with { StaticColumnNames = ["Size"], IntervalColumnName = "Since", Season = 1 }, rows);
        var importance = Ml.Forecasting.CovariateImportance(model, View(rows));
        importance.Select(covariate => covariate.Name).Should().Equal("Heat", "Holiday", "Since");
        importance[1].Mean.Should().BeGreaterThan(0.2, "a holiday is a third of the sales");
    }

    [Fact]
    public void TheSeed_DecidesAlone()
    {
        var table = View(Of(90));
        var once = Ml.Forecasting.CovariateImportance(Model, table, repeats: 1, seed: 3);
        once.Should().Equal(Ml.Forecasting.CovariateImportance(Model, table, repeats: 1, seed: 3));
        once.Should().NotEqual(Ml.Forecasting.CovariateImportance(Model, table, repeats: 1, seed: 4));
        once.Should().AllSatisfy(covariate => covariate.StandardDeviation.Should().Be(0));
        Invoking(() => Ml.Forecasting.CovariateImportance(Model, table, repeats: 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void RowsWithoutTargets_AreRefused()
        => Invoking(() => Ml.Forecasting.CovariateImportance(
            Model, View(Of(40).Select(row => new Demand { Shop = "a", Day = row.Day, Sales = float.NaN }))))
            .Should().Throw<InvalidOperationException>().WithMessage("No forecast of these rows has an error*");
}
