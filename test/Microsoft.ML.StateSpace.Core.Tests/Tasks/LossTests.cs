using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Testing.Oracle;

namespace Microsoft.ML.StateSpace.Core.Tests.Tasks;

[Trait("Kind", "Law")]
public class LossTests
{
    private const int Classes = 4;
    private static readonly int[] Labels = [2, 0, 3, 1, 2];
    private static readonly double[] Weights = [0.5, 2, 1, 0];
    private static readonly float[] Logits = Draw.Uniform(Labels.Length * Classes, -3, 3);

    public static TheoryData<double, bool> Cases => new() { { 0, false }, { 0.2, false }, { 0, true }, { 0.2, true } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void CrossEntropyValue_MatchesOracle(double smoothing, bool weighted)
        => Loss(smoothing, weighted).Value(Logits, Rows(Labels))
            .Should().BeApproximately(OracleSum(Logits.ToDouble(), smoothing, weighted), Tolerance.Reference * 100);

    [Theory]
    [MemberData(nameof(Cases))]
    public void CrossEntropyDerivative_MatchesNumericGradient_TimesScale(double smoothing, bool weighted)
    {
        var gradient = new float[Logits.Length];
        Loss(smoothing, weighted).Derivative(Logits, Rows(Labels), 0.3, gradient);
        double[] logits = Logits.ToDouble();
        gradient.Should().BeNear(NumericGradient.Of(() => 0.3 * OracleSum(logits, smoothing, weighted), logits),
            Tolerance.Gradient, "logits");
    }

    [Fact]
    public void CrossEntropy_StaysFinite_ForLargeLogits()
    {
        var loss = Loss(0, weighted: false);
        var gradient = new float[Classes];
        loss.Value([1e30f, 0, -1e30f, 0], Rows(2)).Should().BeApproximately(2e30, 2e30 * Tolerance.Elementwise);
        loss.Derivative([1e30f, 0, -1e30f, 0], Rows(2), 1, gradient);
        gradient.Should().Equal(1, 0, -1, 0);
    }

    [Fact]
    public void Softmax_MatchesOracle_AndSumsToOne()
    {
        float[] rows = [.. Logits];
        CrossEntropyLoss.Softmax(rows, Classes);
        rows.Should().BeNear([.. Logits.ToDouble().Chunk(Classes).SelectMany(LossOracle.LogSoftmax).Select(Math.Exp)],
            Tolerance.Elementwise, "p");
        rows.Chunk(Classes).Should().AllSatisfy(row => row.Sum(p => (double)p).Should().BeApproximately(1, Tolerance.Elementwise));
    }

    [Fact]
    public void CrossEntropy_MatchesReference()
    {
        // Log-probabilities are logits too: those of the same probabilities.
        double[] logP = ReferenceValues.At("full_lru_classifier/log_softmax");
        var loss = new CrossEntropyLoss(2, 0, null);
        loss.Value(logP.ToFloat(), Rows(1))
            .Should().BeApproximately(ReferenceValues.Number("full_lru_classifier/loss"), Tolerance.Elementwise);
    }

    [Fact]
    public void RowsWithoutAClass_CountNowhere()
    {
        var loss = Loss(0.2, weighted: false);
        var gradient = new float[2 * Classes];
        float[] logits = Logits[..(2 * Classes)];
        var rows = new TargetRows([TargetLayout.NoClass, 3], []);
        loss.Weight(rows).Should().Be(1);
        loss.Value(logits, rows).Should().Be(loss.Value(logits.AsSpan(Classes), new TargetRows([3], [])));
        loss.Derivative(logits, rows, 1, gradient);
        gradient[..Classes].Should().OnlyContain(slope => slope == 0);
        gradient[Classes..].Should().NotContain(0);
    }

    public static TheoryData<ValueLossKind> Kinds => [.. Enum.GetValues<ValueLossKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ValueLoss_MatchesOracle_AndItsNumericGradient(ValueLossKind kind)
    {
        var options = new TrainingOptions { Loss = kind, HuberThreshold = 0.4, Quantile = 0.8, OutputWeights = [1, 0.25, 3] };
        var loss = new ValueLoss(3, options);
        float[] y = Draw.Uniform(30, 1), t = Draw.Uniform(30, 2), gradient = new float[30];
        t[4] = t[17] = float.NaN;
        double[] moved = y.ToDouble();
        double Oracle() => 0.3 * moved.Select((value, i) => float.IsNaN(t[i]) ? 0
            : options.OutputWeights[i % 3] * LossOracle.Value(kind, value - t[i], 0.4, 0.8)).Sum();
        var rows = new TargetRows([], t);
        loss.Weight(rows).Should().BeApproximately(10 * (1 + 0.25 + 3) - 0.25 - 3, Tolerance.Elementwise);
        (0.3 * loss.Value(y, rows)).Should().BeApproximately(Oracle(), Tolerance.Reference * 100);
        loss.Derivative(y, rows, 0.3, gradient);
        gradient.Should().BeNear(NumericGradient.Of(Oracle, moved), Tolerance.Gradient, "y");
    }

    private static TargetRows Rows(params int[] classes) => new(classes, []);

    private static CrossEntropyLoss Loss(double smoothing, bool weighted) => new(Classes, smoothing, weighted ? Weights : null);

    private static double OracleSum(double[] logits, double smoothing, bool weighted)
        => logits.Chunk(Classes).Zip(Labels, (row, label) => LossOracle.CrossEntropy(row, label, smoothing, weighted ? Weights[label] : 1))
            .Sum();
}
