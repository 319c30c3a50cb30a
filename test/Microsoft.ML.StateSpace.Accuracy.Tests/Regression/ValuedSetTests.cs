using Microsoft.ML.StateSpace.Accuracy.Regression;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Accuracy.Tests.Regression;

public sealed class ValuedSetTests
{
    [SharedDataFact("cmapss-fd001")]
    public void Engines_AreCutIntoWindows_AndTheLastOfEachOtherIsTested()
    {
        var set = Turbofan.Of(length: 30, stride: 1);

        var (train, test) = set.Load();

        train.Should().HaveCount(17_731);
        train.Should().OnlyContain(window => window.Features.Length == 30 * 15 && window.Label >= 0 && window.Label <= 125);
        train.Count(window => window.Label == 0).Should().Be(100, "each engine fails at the end of its last window");
        test.Should().HaveCount(100);
        (test[0].Label, test[1].Label, test.Max(window => window.Label)).Should().Be((112, 98, 125));
        // The last cycle of the first engine: its number, sensors 2 and 3.
        test[0].Features[^15..^12].Should().Equal(31, 642.58f, 1581.22f);
        Turbofan.Of(length: 50, stride: 2).Load().Test.Min(window => window.Features.Length).Should().Be(31 * 15);
    }

    [SharedDataFact("bikesharing", "etth1")]
    public void Hours_AreTheOnesBeforeTheirTarget()
    {
        var demand = HourlyTables.Demand().Load();
        demand.Train.Should().HaveCount(8645 - 48);
        demand.Test.Should().HaveCount(8734);
        demand.Train[0].Features.Should().HaveCount(48 * 8);
        demand.Train[0].Label.Should().Be(demand.Train[1].Features[^8]);

        var temperature = HourlyTables.OilTemperature().Load();
        temperature.Train.Should().HaveCount(8640 - 96 - 23);
        temperature.Test.Should().HaveCount(2880);
        temperature.Train[0].Label.Should().Be(temperature.Train[24].Features[^1]);
    }

    [Fact]
    public void Ridge_FindsALinearValue_OfWindowsOfAnyLength()
    {
        var random = new Random(1);
        Window[] windows = [.. Enumerable.Range(0, 400).Select(_ =>
        {
            float[] features = [.. Enumerable.Range(0, 10).Select(_ => random.NextSingle())];
            return new Window { Features = features, Label = 3 + 2 * features[^1] - features[^4] };
        })];

        var ridge = RidgeOverWindows.Train(windows, channels: 2);

        foreach (var window in windows[..20])
            ridge.Predict(window).Should().BeApproximately(window.Label, 0.01);
        var longer = new Window { Features = [9, 9, .. windows[0].Features] };
        ridge.Predict(longer).Should().Be(ridge.Predict(windows[0]), "the last steps count");
        var shorter = new Window { Features = windows[0].Features[2..] };
        var filled = new Window { Features = [windows[0].Features[2], windows[0].Features[3], .. windows[0].Features[2..]] };
        ridge.Predict(shorter).Should().Be(ridge.Predict(filled), "the first step stands for those that are missing");
    }
}
