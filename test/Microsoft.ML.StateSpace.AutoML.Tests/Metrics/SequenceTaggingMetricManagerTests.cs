using Microsoft.ML.Data;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Metrics;

public class SequenceTaggingMetricManagerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Tagged
    {
        [KeyType(2)]
        public uint[] Truth { get; set; } = [];

        [KeyType(2)]
        public uint[] Guess { get; set; } = [];
    }

    private double Evaluate(SequenceTaggingMetric metric, uint[] truth, uint[] guess)
        => new SequenceTaggingMetricManager(metric, nameof(Tagged.Truth), nameof(Tagged.Guess)).Evaluate(
            _ml, _ml.Data.LoadFromEnumerable(new[] { new Tagged { Truth = truth, Guess = guess } }));

    // Of four steps with the first tag one is missed, the step with the second is right, and one is not labelled.
    [Theory]
    [InlineData(SequenceTaggingMetric.MicroAccuracy, 4.0 / 5)]
    [InlineData(SequenceTaggingMetric.MacroAccuracy, (3.0 / 4 + 1) / 2)]
    [InlineData(SequenceTaggingMetric.MacroF1, (6.0 / 7 + 2.0 / 3) / 2)]
    public void Evaluate_IsTheNumberOfTheEvaluator_AndTheLargerIsTheBetter(SequenceTaggingMetric metric, double expected)
    {
        var manager = new SequenceTaggingMetricManager(metric);

        Evaluate(metric, [1, 1, 1, 1, 2, 0], [1, 1, 1, 2, 2, 2]).Should().BeApproximately(expected, 1e-12);
        Evaluate(metric, [1, 1, 1, 1, 2, 0], [1, 1, 1, 1, 2, 2]).Should().Be(1);
        manager.IsMaximize.Should().BeTrue();
        manager.MetricName.Should().Be($"{metric}");
    }

    [Fact]
    public void Evaluate_WithoutALabel_TellsTheColumn()
        => Invoking(() => Evaluate(SequenceTaggingMetric.MacroF1, [0, 0], [1, 2]))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("No time step has a tag in column 'Truth'*");
}
