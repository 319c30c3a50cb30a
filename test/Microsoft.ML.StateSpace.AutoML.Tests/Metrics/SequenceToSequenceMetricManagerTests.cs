namespace Microsoft.ML.StateSpace.AutoML.Tests.Metrics;

/// <summary>A sweep must be able to rank its trials, whatever the targets are.</summary>
public class SequenceToSequenceMetricManagerTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<SequenceToSequenceMetric> All => [.. Enum.GetValues<SequenceToSequenceMetric>()];

    [Theory]
    [MemberData(nameof(All))]
    public void Evaluate_IsFinite_AndPrefersTheBetter_WhereATargetDoesNotVary(SequenceToSequenceMetric metric)
    {
        var manager = new SequenceToSequenceMetricManager(metric);
        double exact = Evaluate([5, 5, 5]), worse = Evaluate([5, 5, 6]);
        double.IsFinite(exact).Should().BeTrue();
        double.IsFinite(worse).Should().BeTrue();
        (manager.IsMaximize ? exact > worse : exact < worse).Should().BeTrue();

        double Evaluate(float[] output)
            => manager.Evaluate(_ml, _ml.Data.LoadFromEnumerable(new[] { new Answered { Target = [5, 5, 5], Output = output } }));
    }

    private sealed class Answered
    {
        [Microsoft.ML.Data.VectorType(3)]
        public float[] Target { get; set; } = [];

        [Microsoft.ML.Data.VectorType(3)]
        public float[] Output { get; set; } = [];
    }
}
