using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>A sweep over forecasters, judged by the end of the rows.</summary>
public class ForecastSweepTests
{
    private const int HeldOut = 60;

    private static readonly ForecastingOptions Options = new() { TargetColumnNames = ["Load"], SeriesColumnName = "Meter", Horizon = 6 };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void TheSeasonThatForecastsBest_Wins()
    {
        var split = _ml.Forecasting.HoldOutEnd(_ml.Data.LoadFromEnumerable(Hours()), Options, HeldOut);
        var monitor = new RecordingMonitor();
        var metric = new ForecastMetricManager(ForecastMetric.MeanAbsoluteScaledError, Options, HeldOut);

        var best = _ml.Auto().CreateExperiment()
            .SetPipeline(_ml.Auto().ForecastByStateSpace(Options, seasons: [24, 35]).Append(_ml.Transforms.CopyColumns("Copy", "Forecast")))
            .SetDataset(split.Train, split.All).SetForecastMetric(metric)
            .SetMonitor(monitor).SetMaxModelToExplore(12).Run();

        monitor.Failures.Should().BeEmpty();
        var seasons = monitor.Completed.ToLookup(result => SeasonOf(result.Model), result => result.Metric);
        seasons.Select(season => season.Key).Should().Contain([1, 24]);
        seasons[24].Min().Should().BeLessThan(seasons[1].Min());
        SeasonOf(best.Model).Should().Be(24);
        best.Metric.Should().Be(metric.Evaluate(_ml, best.Model.Transform(split.All)));
        best.Metric.Should().Be(monitor.Completed.Min(result => result.Metric));
        var alone = _ml.Forecasting.ForecastByStateSpace(Options with { Season = 24 }).Fit(split.Train);
        seasons[24].Should().AllBeEquivalentTo(metric.Evaluate(_ml, alone.Transform(split.All)));
    }

    [Fact]
    public void TheSpace_HoldsWhatIsOpen()
    {
        Seasons(_ml.Auto().ForecastByStateSpace(Options)).Should().Equal(0, 1);
        Seasons(_ml.Auto().ForecastByStateSpace(Options, [24, 168, 24])).Should().Equal(0, 1, 24, 168);
        _ml.Auto().ForecastByStateSpace(Options with { Season = 24 }).SearchSpace.Should().BeEmpty();
        Invoking(() => _ml.Auto().ForecastByStateSpace(Options, [1])).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void WithoutData_OrWithFolds_TheRemedyIsTold()
    {
        var experiment = () => _ml.Auto().CreateExperiment()
            .SetPipeline(_ml.Auto().ForecastByStateSpace(Options).Append(_ml.Transforms.CopyColumns("Copy", "Forecast")))
            .SetMaxModelToExplore(1);
        var metric = new ForecastMetricManager(ForecastMetric.MeanAbsoluteError, Options, HeldOut);
        Invoking(() => experiment().SetDataset(_ml.Data.LoadFromEnumerable(Hours()), fold: 3).SetForecastMetric(metric).Run())
            .Should().Throw<Exception>().Where(error => $"{error}".Contains("HoldOutEnd"));
    }

    private static int[] Seasons(SweepableEstimator step)
        => [.. ((ChoiceOption)step.SearchSpace["Season"]).Choices.Select(choice => choice.AsType<int>())];

    private static int? SeasonOf(ITransformer model)
    {
        while (model is IEnumerable<ITransformer> chain)
            model = chain.First();
        return ((ForecastingTransformer)model).Options.Season;
    }

    // A pattern of 24 hours that no short past tells, and noise.
    private static IEnumerable<Hour> Hours()
    {
        var random = new Random(5);
        float[] day = [.. Enumerable.Range(0, 24).Select(_ => 30 * random.NextSingle())];
        foreach (string meter in new[] { "a", "b" })
        {
            for (int hour = 0; hour < 480; hour++)
                yield return new() { Meter = meter, Load = day[hour % 24] + 4 * random.NextSingle() };
        }
    }
}
