using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Tasks;

public class SequenceTaggingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Fit_LearnsTheTags_AndCountsNoUnlabelledStep()
    {
        var view = Views.Tagged(_ml, Samples.Tags(60));
        var model = _ml.Transforms.StateSpace.SequenceTagging(Views.TaggingOptions with { Training = Samples.Thorough }).Fit(view);
        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceTagging(model.Transform(view));
        metrics.MicroAccuracy.Should().BeGreaterThan(0.9);
        metrics.Count.Should().Be(Samples.Tags(60).Sum(row => row.Tags.Length - 1));
        metrics.Tags.Select(tag => tag.Name).Should().Equal("falls", "rises");
        metrics.ConfusionTable.Should().Contain("falls").And.Contain("rises");
    }

    [Fact]
    public void Evaluate_CountsByHand()
    {
        TagPair[] rows =
        [
            new() { Label = [1, 2, 0, 3], PredictedLabel = [1, 1, 2, 3] },
            new() { Label = [2, 2], PredictedLabel = [2, 0] },
        ];
        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceTagging(_ml.Data.LoadFromEnumerable(rows));
        metrics.Count.Should().Be(5);
        metrics.Missing.Should().Be(1);
        metrics.MicroAccuracy.Should().Be(3 / 5.0);
        metrics.Confusion(1, 0).Should().Be(1);
        metrics.Tags[0].Should().Be(new SequenceTagMetrics("1", Actual: 1, Predicted: 2, Correct: 1));
        metrics.Tags[0].Precision.Should().Be(0.5);
        metrics.Tags[0].F1Score.Should().BeApproximately(2 / 3.0, 1e-12);
        metrics.Tags[1].Recall.Should().BeApproximately(1 / 3.0, 1e-12);
        metrics.MacroAccuracy.Should().BeApproximately((1 + 1 / 3.0 + 1) / 3, 1e-12);
    }

    [Fact]
    public void Evaluate_WithoutAnyPrediction_IsAllWrong()
    {
        TagPair[] rows = [new() { Label = [1, 2, 0], PredictedLabel = [0, 0, 0] }];
        var metrics = _ml.Transforms.StateSpace.EvaluateSequenceTagging(_ml.Data.LoadFromEnumerable(rows));
        (metrics.Count, metrics.Missing, metrics.MicroAccuracy, metrics.MacroAccuracy, metrics.MacroF1).Should().Be((2, 2, 0, 0, 0));
    }

    [Fact]
    public void AStream_TagsEveryStepAsItComes()
    {
        var view = Views.Tagged(_ml, Samples.Tags());
        var model = _ml.Transforms.StateSpace.SequenceTagging(
            Views.TaggingOptions with { Architecture = Samples.Small with { Bidirectional = false } }).Fit(view);
        var engine = model.CreateStreamingEngine();
        float[] expected = model.Transform(view).GetColumn<float[]>("Score").First();
        var streamed = new List<float>();
        foreach (float value in Samples.Tags(1)[0].Features)
            streamed.AddRange(engine.Step([value]));
        streamed.Zip(expected).Should().AllSatisfy(pair => pair.First.Should().BeApproximately(pair.Second, 1e-4f));
    }

    [Fact]
    public void Tokens_AreTagged()
    {
        var view = _ml.Data.LoadFromEnumerable(Samples.Tokens().Select(row => new TaggedTokens
        {
            Features = row.Features, Tags = [.. row.Features.Select(token => token > 2 ? "rises" : "falls")],
        }));
        var tagged = _ml.Transforms.Conversion.MapValueToKey("Label", "Tags").Fit(view).Transform(view);
        var model = _ml.Transforms.StateSpace.SequenceTagging(Views.TaggingOptions with { Training = Samples.Thorough }).Fit(tagged);
        _ml.Transforms.StateSpace.EvaluateSequenceTagging(model.Transform(tagged)).MicroAccuracy.Should().BeGreaterThan(0.95);
    }

    private sealed class TagPair
    {
        [KeyType(3)]
        public uint[] Label { get; set; } = [];

        [KeyType(3)]
        public uint[] PredictedLabel { get; set; } = [];
    }

    private sealed class TaggedTokens
    {
        [KeyType(4)]
        public uint[] Features { get; set; } = [];

        public string[] Tags { get; set; } = [];
    }
}
