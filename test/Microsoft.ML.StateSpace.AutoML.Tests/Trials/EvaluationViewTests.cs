using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.AutoML.Trials;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>What ML.NET's evaluators are shown of answers that are vectors.</summary>
public class EvaluationViewTests
{
    private static readonly AnswerColumns Tags = new("Truth", "Chances", "Guess");

    private readonly MLContext _ml = new(seed: 1);

    private class Answered
    {
        [KeyType(2)]
        public uint[] Guess { get; set; } = [1, 1, 2];

        public float[] Chances { get; set; } = [0.9f, 0.1f, 0.6f, 0.4f, 0.2f, 0.8f];
    }

    private sealed class ByUInt32 : Answered
    {
        [KeyType(2)]
        public uint[] Truth { get; set; } = [0, 2, 2];
    }

    private sealed class ByByte : Answered
    {
        [KeyType(2)]
        public byte[] Truth { get; set; } = [0, 2, 2];
    }

    private sealed class ByUInt64 : Answered
    {
        [KeyType(2)]
        public ulong[] Truth { get; set; } = [0, 2, 2];
    }

    private sealed class ByUInt16 : Answered
    {
        [KeyType(2)]
        public ushort[] Truth { get; set; } = [0, 2, 2];
    }

    private sealed class Valued
    {
        public float[] Truth { get; set; } = [1, float.NaN, 3];

        public float[] Chances { get; set; } = [2, 5, 3];
    }

    public static TheoryData<string> Keys => [nameof(ByByte), nameof(ByUInt16), nameof(ByUInt32), nameof(ByUInt64)];

    private IDataView Rows(string keys) => keys switch
    {
        nameof(ByByte) => _ml.Data.LoadFromEnumerable(new[] { new ByByte(), new ByByte() }),
        nameof(ByUInt16) => _ml.Data.LoadFromEnumerable(new[] { new ByUInt16(), new ByUInt16() }),
        nameof(ByUInt32) => _ml.Data.LoadFromEnumerable(new[] { new ByUInt32(), new ByUInt32() }),
        _ => _ml.Data.LoadFromEnumerable(new[] { new ByUInt64(), new ByUInt64() }),
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void Tags_AreRows_ButForStepsWithoutOne(string keys)
    {
        var view = EvaluationView.Create(_ml, Rows(keys), Tags, "LogLoss");

        var metrics = _ml.MulticlassClassification.Evaluate(view, "Truth", "Chances", "Guess");
        metrics.ConfusionMatrix.Counts.Select(row => row.Sum()).Should().Equal(0, 4);
        metrics.MicroAccuracy.Should().Be(0.5);
        metrics.LogLoss.Should().BeApproximately(-(Math.Log(0.4) + Math.Log(0.8)) / 2, 1e-6);
    }

    /// <summary>Such steps are those of rows with missing values, which ML.NET's evaluators leave out.</summary>
    [Fact]
    public void StepsWithoutAnAnswer_DoNotSpoilTheOthers()
    {
        var scored = _ml.Data.LoadFromEnumerable(
            new[] { new ByUInt32(), new ByUInt32 { Guess = [0, 0, 0], Chances = [.. Enumerable.Repeat(float.NaN, 6)] } });

        var metrics = _ml.MulticlassClassification.Evaluate(
            EvaluationView.Create(_ml, scored, Tags, "LogLoss"), "Truth", "Chances", "Guess");

        metrics.LogLoss.Should().BeApproximately(-(Math.Log(0.4) + Math.Log(0.8)) / 2, 1e-6);
    }

    [Fact]
    public void Values_AreRows_AndUnknownOnesDoNotCount()
    {
        var view = EvaluationView.Create(
            _ml, _ml.Data.LoadFromEnumerable(new[] { new Valued() }), new("Truth", "Chances"), "MeanAbsoluteError");

        _ml.Regression.Evaluate(view, "Truth", "Chances").MeanAbsoluteError.Should().BeApproximately(0.5, 1e-6);
    }

    [Theory]
    [InlineData("MeanAbsoluteError", "a metric of values, of keys")]
    [InlineData("Fake", "a metric of the user's")]
    public void OtherMetrics_SeeTheRowsAsTheyAre(string metric, string why)
    {
        var scored = Rows(nameof(ByUInt32));

        EvaluationView.Create(_ml, scored, Tags, metric).Should().BeSameAs(scored, why);
        EvaluationView.Create(_ml, scored, null, "LogLoss").Should().BeSameAs(scored, "there is no step");
        EvaluationView.Create(_ml, scored, new("Nothing", "Chances"), "LogLoss").Should().BeSameAs(scored, "the evaluator says it");
    }

    /// <summary>Why there is this view at all.</summary>
    [Fact]
    public void MlNetsEvaluators_RefuseVectors()
    {
        var values = _ml.Data.LoadFromEnumerable(new[] { new Valued() });

        Invoking(() => _ml.MulticlassClassification.Evaluate(Rows(nameof(ByUInt32)), "Truth", "Chances", "Guess"))
            .Should().Throw<ArgumentOutOfRangeException>();
        Invoking(() => _ml.Regression.Evaluate(values, "Truth", "Chances")).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void TargetsWithoutAnAnswer_AreRefused()
    {
        var tags = _ml.Data.LoadFromEnumerable(new[] { new ByUInt32(), new ByUInt32 { Truth = [1, 2] } });
        var values = _ml.Data.LoadFromEnumerable(new[] { new Valued { Truth = [1, 2, 3, 4] } });

        Invoking(() => EvaluationView.Create(_ml, tags, Tags, "LogLoss")).Should().ThrowExactly<InvalidOperationException>()
            .WithMessage("Row 1 of the validation data: column 'Truth' holds 2 targets, and the answer in column 'Guess' 3.*");
        Invoking(() => EvaluationView.Create(_ml, values, new("Truth", "Chances"), "RSquared"))
            .Should().ThrowExactly<InvalidOperationException>().WithMessage("Row 0 *'Truth' holds 4*'Chances' 3.*");
    }
}
