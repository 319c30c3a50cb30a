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

        metrics.MacroAccuracy.Should().BeGreaterThan(0.9);
        metrics.ConfusionMatrix.NumberOfClasses.Should().Be(3);
        string[] predicted = [.. scored.GetColumn<string>("PredictedLabel")];
        predicted.Zip(Samples.Fixed(60, seed: 9), (p, r) => p == r.Name ? 1.0 : 0).Average()
            .Should().BeApproximately(metrics.MicroAccuracy, 1e-9);
    }

    [Theory]
    [InlineData(24, "16777216 classes, but the training data hold 30 labels")]
    [InlineData(31, "2147483648 classes, but at most 2147483647 are possible")]
    public void HashedLabels_AreRefused_AndMapValueToKeyHelps(int bits, string message)
    {
        var rows = _ml.Data.LoadFromEnumerable(Samples.Fixed());
        var hashed = _ml.Transforms.Conversion.Hash("Label", "Name", numberOfBits: bits).Fit(rows).Transform(rows);
        var step = _ml.Transforms.StateSpace.SequenceClassification(Views.Options());
        Invoking(() => step.Fit(hashed)).Should().ThrowExactly<InvalidOperationException>().Which.Message
            .Should().Contain($"Column 'Label' is a key of {message}").And.Contain("MapValueToKey(\"Label\")");
        step.Fit(_ml.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(rows).Transform(rows)).Options.Should().NotBeNull();
    }

    [Fact]
    public void LabelsOfAFewBits_AreTrained()
    {
        var rows = _ml.Data.LoadFromEnumerable(Samples.Fixed());
        var hashed = _ml.Transforms.Conversion.Hash("Label", "Name", numberOfBits: 8).Fit(rows).Transform(rows);
        _ml.Transforms.StateSpace.SequenceClassification(Views.Options()).Fit(hashed).Model.Options.Outputs.Should().Be(256);
    }

    [Fact]
    public void CrossValidate_Works()
    {
        var results = _ml.MulticlassClassification.CrossValidate(Views.Fixed(_ml),
            _ml.MulticlassClassification.Trainers.StateSpace(Enough), numberOfFolds: 3);

        results.Count.Should().Be(3);
        results.Should().AllSatisfy(result => result.Metrics.MacroAccuracy.Should().BeInRange(0.4, 1));
    }

    [Fact]
    public void Scores_AreProbabilitiesOfTheNamedClasses()
    {
        var scored = Views.FitFixed(_ml).Transform(Views.Fixed(_ml));

        VBuffer<ReadOnlyMemory<char>> slots = default, labels = default;
        scored.Schema["Score"].GetSlotNames(ref slots);
        scored.Schema["Score"].Annotations.GetValue("TrainingLabelValues", ref labels);
        slots.DenseValues().Select(s => s.ToString()).Should().Equal(Samples.Names);
        labels.DenseValues().Select(s => s.ToString()).Should().Equal(Samples.Names);
        scored.GetColumn<float[]>("Score").Should().AllSatisfy(scores => scores.Sum().Should().BeApproximately(1, 1e-5f));
    }

    [Fact]
    public void KeyValues_KeepTheirType()
    {
        var rows = _ml.Data.LoadFromEnumerable(
            Samples.Fixed().Select(r => new { r.Features, Code = Array.IndexOf(Samples.Names, r.Name) * 10 }));
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Label", "Code").Fit(rows).Transform(rows);
        var pipeline = _ml.Transforms.StateSpace.SequenceClassification(Views.Options())
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var named = pipeline.Fit(keyed).Transform(keyed);

        named.GetColumn<int>("PredictedLabel").Should().AllSatisfy(code => code.Should().BeOneOf(0, 10, 20));
    }

    [Fact]
    public void ShortOverload_SetsTheOptions()
    {
        var reports = new List<TrainingProgress>();
        var model = _ml.MulticlassClassification.Trainers.StateSpace(
            architecture: new LruOptions { Layers = 1, ModelSize = 8, StateSize = 4 }, epochs: 1, progress: new Reports(reports))
            .Fit(Views.Fixed(_ml));

        model.Options.Architecture.Should().BeOfType<LruOptions>();
        model.Summary.Epochs.Should().Be(1);
        reports.Should().ContainSingle();
    }

    [Fact]
    public void Options_OfTheTransformerLeaveNothingOpen()
    {
        var options = Views.FitFixed(_ml).Options;

        options.Channels.Should().Be(1);
        ((options.Architecture as NetworkOptions)?.Bidirectional).Should().NotBeNull();
        options.Training.LearningRate.Should().NotBeNull();
        options.Training.BatchSize.Should().NotBeNull();
        options.Training.Progress.Should().BeNull();
    }

    [Fact]
    public void ColumnNames_AreThoseOfTheOptions()
    {
        var options = Views.Options() with { ScoreColumnName = "Probabilities", PredictedLabelColumnName = "Class" };

        var scored = _ml.Transforms.StateSpace.SequenceClassification(options).Fit(Views.Fixed(_ml)).Transform(Views.Fixed(_ml));

        scored.Schema.GetColumnOrNull("Probabilities").Should().NotBeNull();
        scored.Schema.GetColumnOrNull("Class").Should().NotBeNull();
        scored.Schema.GetColumnOrNull("Score").Should().BeNull();
    }

    [Fact]
    public void ValidationSet_ChoosesTheBestEpoch()
    {
        var model = _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { ValidationSet = Views.Fixed(_ml) })
            .Fit(Views.Fixed(_ml));

        model.Summary.ValidationLoss.Should().NotBeNull();
    }

    [Fact]
    public void ValidationSet_OfOtherClassesIsRefused()
    {
        var other = Views.Keyed(_ml, Samples.Fixed().Reverse());

        var exception = Invoking(
            () => _ml.Transforms.StateSpace.SequenceClassification(Views.Options() with { ValidationSet = other }).Fit(Views.Fixed(_ml)))
            .Should().ThrowExactly<InvalidOperationException>().Which;

        exception.Message.Should().Contain("ValidationSet");
    }

    [Fact]
    public void ClassWeights_OfTheWrongNumberAreRefused()
    {
        var options = Views.Options() with { Training = Samples.Quick with { ClassWeights = [1, 2] } };

        var exception = Invoking(() => _ml.Transforms.StateSpace.SequenceClassification(options).Fit(Views.Fixed(_ml)))
            .Should().ThrowExactly<ArgumentOutOfRangeException>().Which;

        exception.Message.Should().Contain("ClassWeights");
    }

    private sealed class Reports(List<TrainingProgress> list) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => list.Add(value);
    }
}
