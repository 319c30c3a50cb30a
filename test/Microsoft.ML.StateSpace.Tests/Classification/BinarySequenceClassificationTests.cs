using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Classification;

public class BinarySequenceClassificationTests
{
    private static readonly BinarySequenceClassificationOptions Enough = new() { Architecture = Samples.Small,
        Training = Samples.Thorough };

    private readonly MLContext _ml = new(seed: 1);

    private IDataView Rows => _ml.Data.LoadFromEnumerable(Samples.Binary(60));

    [Fact]
    public void Fit_LearnsAndEvaluates()
    {
        var scored = _ml.BinaryClassification.Trainers.StateSpace(Enough).Fit(Rows).Transform(Rows);

        var metrics = _ml.BinaryClassification.Evaluate(scored);

        metrics.Accuracy.Should().BeGreaterThan(0.9);
        metrics.AreaUnderRocCurve.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void CrossValidate_Works()
    {
        var results = _ml.BinaryClassification.CrossValidate(Rows, _ml.BinaryClassification.Trainers.StateSpace(Enough), numberOfFolds: 2);

        results.Count.Should().Be(2);
    }

    [Fact]
    public void Score_IsTheLogOddsOfTheProbability()
    {
        var scored = _ml.BinaryClassification.Trainers.StateSpace(Enough).Fit(Rows).Transform(Rows);

        float[] scores = [.. scored.GetColumn<float>("Score")];
        float[] probabilities = [.. scored.GetColumn<float>("Probability")];
        bool[] predicted = [.. scored.GetColumn<bool>("PredictedLabel")];
        for (int i = 0; i < scores.Length; i++)
        {
            probabilities[i].Should().BeApproximately(1 / (1 + Math.Exp(-scores[i])), 1e-5);
            predicted[i].Should().Be(scores[i] > 0);
        }
        predicted.Should().Contain(true);
        predicted.Should().Contain(false);
    }

    [Fact]
    public void Transform_ScoresNaNAsNaN()
    {
        var rows = Samples.Binary();
        rows[0].Features[1] = float.NaN;

        var scored = _ml.BinaryClassification.Trainers.StateSpace(epochs: 1, architecture: Samples.Small).Fit(Rows)
            .Transform(_ml.Data.LoadFromEnumerable(rows));

        float.IsNaN(scored.GetColumn<float>("Score").First()).Should().BeTrue();
        float.IsNaN(scored.GetColumn<float>("Probability").First()).Should().BeTrue();
        scored.GetColumn<bool>("PredictedLabel").First().Should().BeFalse();
    }

    [Fact]
    public void Fit_RefusesAKeyLabel()
        => Invoking(() => _ml.BinaryClassification.Trainers.StateSpace(Enough).Fit(Views.Fixed(_ml)))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which.Message.Should().Contain("Boolean");

    [Fact]
    public void TwoClasses_WorkThroughTheMulticlassEstimator()
    {
        var view = Views.Keyed(_ml, Samples.Fixed(60).Where(r => r.Name != "middling"));

        var scored = _ml.MulticlassClassification.Trainers.StateSpace(Views.Options()).Fit(view).Transform(view);

        _ml.MulticlassClassification.Evaluate(scored).ConfusionMatrix.NumberOfClasses.Should().Be(2);
    }
}
