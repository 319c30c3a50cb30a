using static Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies.Watched;

namespace Microsoft.ML.StateSpace.Tests.Forecasting.Anomalies;

/// <summary>What p-values promise, on rows that were not trained on.</summary>
public class PValueTests
{
    private const int Trained = 2000, Fresh = 1000, Seeds = 6;

    // 6000 rows of six fits with 768 errors each. A p-value below 0.01 on both sides means at most the third largest error of a fit, which
    // by itself is off by 60 %, so the mean over the fits and sides by 17 %; bounds are three such deviations.
    [Theory]
    [InlineData(false, AlertSide.TwoSided)]
    [InlineData(false, AlertSide.Positive)]
    [InlineData(false, AlertSide.Negative)]
    [InlineData(true, AlertSide.TwoSided)]
    public void OfUsualRows_TheyAreUniform(bool walks, AlertSide side)
    {
        double[] values = [.. Enumerable.Range(0, Seeds).SelectMany(seed => FreshPValues(seed, walks, side)).Order()];

        values.Should().HaveCount(Seeds * Fresh).And.AllSatisfy(p => p.Should().BeInRange(0, 1));
        double distance = values.Select((p, i) => Math.Max(p - (double)i / values.Length, (i + 1.0) / values.Length - p)).Max();
        distance.Should().BeLessThan(0.05);
        Share(values, 0.05).Should().BeInRange(0.035, 0.065);
        Share(values, 0.01).Should().BeInRange(0.003, 0.014);
        Share(values, 0.001).Should().BeLessThan(0.004);
    }

    // The promise is about rows like the training rows. Errors that are twice as large must not look usual at first.
    [Fact]
    public void OfUnusualRows_TheyAreSmall()
    {
        var model = Fit(Options, Simulated(3, Trained));
        float[] restless = [.. Simulated(4, 200).Select((value, day) => day < 150 ? value : 50 + 8 * (value - 50))];
        Share([.. Answers(model, restless)[150..170].Select(answer => answer[2])], 0.05).Should().BeGreaterThan(0.4);
    }

    private static double Share(double[] values, double level) => values.Count(p => p < level) / (double)values.Length;

    private static IEnumerable<double> FreshPValues(int seed, bool walks, AlertSide side)
    {
        float[] values = Simulated(100 + seed, Trained + Fresh, walks);
        var model = Fit(Options with { Side = side }, values[..Trained]);
        return Answers(model, values)[Trained..].Select(answer => answer[2]);
    }
}
