using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Conformance;

/// <summary>An ensemble as the architecture of every task.</summary>
public class EnsembleConformanceTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Tasks => [.. new EnsembleConformanceTests().Cases.Keys];

    private Dictionary<string, (IEstimator<SequenceTransformer> Estimator, IDataView Data)> Cases => new()
    {
        ["Classification"] = (
            _ml.MulticlassClassification.Trainers.StateSpace(Views.Options() with { Architecture = Samples.Ensemble }), Views.Fixed(_ml)),
        ["Binary classification"] = (
            _ml.BinaryClassification.Trainers.StateSpace(
                new BinarySequenceClassificationOptions { Architecture = Samples.Ensemble, Training = Samples.Quick }),
            _ml.Data.LoadFromEnumerable(Samples.Binary())),
        ["Regression"] = (
            _ml.Regression.Trainers.StateSpace(
                new SequenceRegressionOptions { Architecture = Samples.Ensemble, Training = Samples.Quick }),
            _ml.Data.LoadFromEnumerable(Samples.Levels())),
        ["Tagging"] = (
            _ml.Transforms.StateSpace.SequenceTagging(Views.TaggingOptions with { Architecture = Samples.Ensemble }),
            Views.Tagged(_ml, Samples.Tags())),
        ["Sequence to sequence"] = (
            _ml.Transforms.StateSpace.SequenceToSequence(
                new SequenceToSequenceOptions { Architecture = Samples.Ensemble, Training = Samples.Quick }),
            _ml.Data.LoadFromEnumerable(Samples.Signals())),
    };

    [Theory]
    [MemberData(nameof(Tasks))]
    public void AnEnsemble_Conforms(string task)
    {
        var (estimator, data) = Cases[task];

        new EstimatorConformance(_ml, (IEstimator<ITransformer>)estimator, data)
        {
            Invalid = [_ml.Data.LoadFromEnumerable([new { Other = 1f }, new { Other = 2f }])],
        }.Check();
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Load_GivesBackOptionsAndSummary_AndTheLoadedModelStreams(string task)
    {
        var (estimator, data) = Cases[task];
        var model = estimator.Fit(data);
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        file.Position = 0;

        var read = new MLContext().Model.Load(file, out _);

        var loaded = (SequenceTransformer)(read is IEnumerable<ITransformer> chain ? chain.Single() : read);
        loaded.Summary.Should().Be(model.Summary);
        loaded.Summary.Members.Should().HaveCount(2);
        loaded.Model.Options.Should().Be(model.Model.Options);
        float[] input = [0.5f];
        loaded.CreateStreamingEngine().Step(input).ToArray().Should().Equal(model.CreateStreamingEngine().Step(input).ToArray());
    }

    [Fact]
    public void Options_ReportWhatEveryMemberBecame()
    {
        var open = new EnsembleOptions { Members = [new S5Options { Layers = 1 }, new LruOptions { Layers = 2 }], Weights = [3, 1] };
        var model = _ml.MulticlassClassification.Trainers.StateSpace(Views.Options() with { Architecture = open }).Fit(Views.Fixed(_ml));

        var ensemble = model.Options.Architecture.Should().BeOfType<EnsembleOptions>().Which;

        ensemble.Weights.Should().Equal(3, 1);
        ensemble.Members[0].Should().BeOfType<S5Options>().Which.StateSize.Should().Be(32);
        ensemble.Members[1].Should().BeOfType<LruOptions>().Which.ModelSize.Should().Be(64);
        model.Summary.Options.Progress.Should().BeNull();
        model.Summary.Members.Should().AllSatisfy(member => member.Options.Progress.Should().BeNull());
    }
}
