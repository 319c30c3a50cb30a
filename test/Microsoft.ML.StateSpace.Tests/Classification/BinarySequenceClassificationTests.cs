using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Classification;

public class BinarySequenceClassificationTests
{
    private static readonly BinarySequenceClassificationOptions Enough = new() { Architecture = Samples.Small, Training = Samples.Thorough };

    private readonly MLContext _ml = new(seed: 1);

    private IDataView Rows => _ml.Data.LoadFromEnumerable(Samples.Binary(60));

    [Fact]
    public void Fit_LearnsAndEvaluates()
    {
        var scored = _ml.BinaryClassification.Trainers.StateSpace(Enough).Fit(Rows).Transform(Rows);

        var metrics = _ml.BinaryClassification.Evaluate(scored);

        Assert.True(metrics.Accuracy > 0.9, $"accuracy {metrics.Accuracy}");
        Assert.True(metrics.AreaUnderRocCurve > 0.9, $"area {metrics.AreaUnderRocCurve}");
    }

    [Fact]
    public void CrossValidate_Works()
    {
        var results = _ml.BinaryClassification.CrossValidate(Rows, _ml.BinaryClassification.Trainers.StateSpace(Enough), numberOfFolds: 2);

        Assert.Equal(2, results.Count);
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
            Assert.Equal(1 / (1 + Math.Exp(-scores[i])), probabilities[i], 1e-5);
            Assert.Equal(scores[i] > 0, predicted[i]);
        }
        Assert.Contains(true, predicted);
        Assert.Contains(false, predicted);
    }

    [Fact]
    public void Transform_ScoresNaNAsNaN()
    {
        var rows = Samples.Binary();
        rows[0].Features[1] = float.NaN;

        var scored = _ml.BinaryClassification.Trainers.StateSpace(epochs: 1, architecture: Samples.Small).Fit(Rows).Transform(_ml.Data.LoadFromEnumerable(rows));

        Assert.True(float.IsNaN(scored.GetColumn<float>("Score").First()));
        Assert.True(float.IsNaN(scored.GetColumn<float>("Probability").First()));
        Assert.False(scored.GetColumn<bool>("PredictedLabel").First());
    }

    [Fact]
    public void Fit_RefusesAKeyLabel()
        => Assert.Contains("Boolean", Assert.Throws<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.Trainers.StateSpace(Enough).Fit(Views.Fixed(_ml))).Message);

    [Fact]
    public void TwoClasses_WorkThroughTheMulticlassEstimator()
    {
        var view = Views.Keyed(_ml, Samples.Fixed(60).Where(r => r.Name != "middling"));

        var scored = _ml.MulticlassClassification.Trainers.StateSpace(Views.Options()).Fit(view).Transform(view);

        Assert.Equal(2, _ml.MulticlassClassification.Evaluate(scored).ConfusionMatrix.NumberOfClasses);
    }
}
