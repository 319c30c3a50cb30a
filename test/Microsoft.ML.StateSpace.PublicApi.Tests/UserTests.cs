using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.PublicApi.Tests;

/// <summary>What a user writes, without access to any internals.</summary>
public class UserTests
{
    [Fact]
    public void CatalogEntries_AreReachable()
    {
        var ml = new MLContext(seed: 1);

        ml.Transforms.StateSpace.SequenceClassification().Should().BeOfType<SequenceClassificationEstimator>();
        ml.Transforms.StateSpace.SequenceClassification(new SequenceClassificationOptions())
            .Should().BeOfType<SequenceClassificationEstimator>();
        ml.MulticlassClassification.Trainers.StateSpace(epochs: 3, architecture: new LruOptions { Layers = 2 })
            .Should().BeOfType<SequenceClassificationEstimator>();
        ml.BinaryClassification.Trainers.StateSpace().Should().BeOfType<BinarySequenceClassificationEstimator>();
        ml.Transforms.StateSpace.SequenceToSequence("Output", "Input", "Target").Should().BeOfType<SequenceToSequenceEstimator>();
    }

    [Fact]
    public void SweepEntries_AreReachable()
    {
        var auto = new MLContext(seed: 1).Auto();

        auto.SequenceClassification().SearchSpace.Keys.Should().Contain("Family");
        auto.BinarySequenceClassification(families: [SequenceFamily.Of<LruOptions>()]).SearchSpace.Keys.Should().Contain("Family");
        auto.SequenceToSequence(new SequenceToSequenceOptions { Architecture = new LruOptions() }).SearchSpace.Keys
            .Should().NotContain("Family");
    }

    [Fact]
    public void Pipeline_TrainsAndScores()
    {
        var ml = new MLContext(seed: 1);
        var random = new Random(1);
        var rows = ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 20).Select(i => new Row
            {
                Name = i % 2 == 0 ? "up" : "down",
                Series = [.. Enumerable.Range(0, 8).Select(t => (i % 2 == 0 ? t : -t) + random.NextSingle())],
            }).ToArray());
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", "Name")
            .Append(
                ml.Transforms.StateSpace.SequenceClassification(featureColumnName: "Series", epochs: 2,
                    architecture: new S5Options { Layers = 1, ModelSize = 8, StateSize = 4 }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var scored = pipeline.Fit(rows).Transform(rows);

        scored.GetColumn<string>("PredictedLabel").Should().AllSatisfy(name => name.Should().BeOneOf("up", "down"));
    }

    private sealed class Row
    {
        [VectorType(8)]
        public float[] Series { get; set; } = [];

        public string Name { get; set; } = "";
    }
}
