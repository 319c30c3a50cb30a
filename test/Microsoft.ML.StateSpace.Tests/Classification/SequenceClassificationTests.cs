using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Classification;

public class SequenceClassificationTests
{
    private static readonly SequenceClassificationOptions Enough = Views.Options() with { Training = Samples.Thorough };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Pipeline_LearnsEvaluatesAndNamesTheClasses()
    {
        var rows = _ml.Data.LoadFromEnumerable(Samples.Fixed(90));
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label", "Name")
            .Append(_ml.Transforms.StateSpace.SequenceClassification(Enough))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var scored = pipeline.Fit(rows).Transform(_ml.Data.LoadFromEnumerable(Samples.Fixed(60, seed: 9)));
        var metrics = _ml.MulticlassClassification.Evaluate(scored);

        Assert.True(metrics.MacroAccuracy > 0.9, $"accuracy {metrics.MacroAccuracy}");
        Assert.Equal(3, metrics.ConfusionMatrix.NumberOfClasses);
        string[] predicted = [.. scored.GetColumn<string>("PredictedLabel")];
        Assert.Equal(metrics.MicroAccuracy, predicted.Zip(Samples.Fixed(60, seed: 9), (p, r) => p == r.Name ? 1.0 : 0).Average(), 1e-9);
    }

    [Fact]
    public void CrossValidate_Works()
    {
        var results = _ml.MulticlassClassification.CrossValidate(Views.Fixed(_ml), _ml.MulticlassClassification.Trainers.StateSpace(Enough), numberOfFolds: 3);

        Assert.Equal(3, results.Count);
        Assert.All(results, result => Assert.InRange(result.Metrics.MacroAccuracy, 0.4, 1));
    }

    [Fact]
    public void Scores_AreProbabilitiesOfTheNamedClasses()
    {
        var scored = Views.FitFixed(_ml).Transform(Views.Fixed(_ml));

        VBuffer<ReadOnlyMemory<char>> slots = default, labels = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        scored.Schema["Score"].Annotations.GetValue("TrainingLabelValues", ref labels);
        Assert.Equal(Samples.Names, slots.DenseValues().Select(s => s.ToString()));
        Assert.Equal(Samples.Names, labels.DenseValues().Select(s => s.ToString()));
        Assert.All(scored.GetColumn<float[]>("Score"), scores => Assert.Equal(1, scores.Sum(), 1e-5f));
    }

    [Fact]
    public void KeyValues_KeepTheirType()
    {
        var rows = _ml.Data.LoadFromEnumerable(Samples.Fixed().Select(r => new { r.Features, Code = Array.IndexOf(Samples.Names, r.Name) * 10 }));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Label", "Code").Fit(rows).Transform(rows);
        var pipeline = _ml.Transforms.StateSpace.SequenceClassification(Views.Options()).Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var named = pipeline.Fit(keyed).Transform(keyed);

        Assert.All(named.GetColumn<int>("PredictedLabel"), code => Assert.Contains(code, new[] { 0, 10, 20 }));
    }

    [Fact]
    public void ShortOverload_SetsTheOptions()
    {
        var reports = new List<TrainingProgress>();
        var model = _ml.MulticlassClassification.Trainers.StateSpace(architecture: new LruOptions { Layers = 1, ModelSize = 8, StateSize = 4 }, epochs: 1, progress: new Reports(reports)).Fit(Views.Fixed(_ml));

        Assert.IsType<LruOptions>(model.Options.Architecture);
        Assert.Equal(1, model.Summary.Epochs);
        Assert.Single(reports);
    }

    [Fact]
    public void Options_OfTheTransformerLeaveNothingOpen()
    {
        var options = Views.FitFixed(_ml).Options;

        Assert.Equal(1, options.Channels);
        Assert.NotNull(options.Architecture?.Bidirectional);
        Assert.NotNull(options.Training.LearningRate);
        Assert.NotNull(options.Training.BatchSize);
        Assert.Null(options.Training.Progress);
    }

    [Fact]
    public void ColumnNames_AreThoseOfTheOptions()
    {
        var options = Views.Options() with { ScoreColumnName = "Probabilities", PredictedLabelColumnName = "Class" };

        var scored = _ml.Transforms.StateSpace.SequenceClassification(options).Fit(Views.Fixed(_ml)).Transform(Views.Fixed(_ml));

        Assert.NotNull(scored.Schema.GetColumnOrNull("Probabilities"));
        Assert.NotNull(scored.Schema.GetColumnOrNull("Class"));
        Assert.Null(scored.Schema.GetColumnOrNull("Score"));
    }

    [Fact]
    public void ValidationSet_ChoosesTheBestEpoch()
    {
        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { ValidationSet = Views.Fixed(_ml) }).Fit(Views.Fixed(_ml));

        Assert.NotNull(model.Summary.ValidationLoss);
    }

    [Fact]
    public void ValidationSet_OfOtherClassesIsRefused()
    {
        var other = Views.Keyed(_ml, Samples.Fixed().Reverse());

        var exception = Assert.Throws<InvalidOperationException>(() => _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { ValidationSet = other }).Fit(Views.Fixed(_ml)));

        Assert.Contains("ValidationSet", exception.Message);
    }

    [Fact]
    public void ClassWeights_OfTheWrongNumberAreRefused()
    {
        var options = Views.Options() with { Training = Samples.Quick with { ClassWeights = [1, 2] } };

        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.StateSpace.SequenceClassification(options).Fit(Views.Fixed(_ml)));

        Assert.Contains("ClassWeights", exception.Message);
    }

    private sealed class Reports(List<TrainingProgress> list) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => list.Add(value);
    }
}
