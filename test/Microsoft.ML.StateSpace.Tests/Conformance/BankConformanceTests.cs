using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Tests.Conformance;

/// <summary>A bank of random state spaces as the architecture of every task with one answer a sequence.</summary>
public class BankConformanceTests
{
    private static readonly StateSpaceBankOptions Bank = new() { Filters = 128, Bidirectional = false };

    private static readonly TrainingOptions Training = new() { Seed = 5 };

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Tasks => [.. new BankConformanceTests().Cases(Bank, Training).Keys];

    [Theory]
    [MemberData(nameof(Tasks))]
    public void ABank_Conforms(string task)
    {
        var (estimator, data) = Cases(Bank with { Bidirectional = null }, Training)[task];

        new EstimatorConformance(_ml, (IEstimator<ITransformer>)estimator, data)
        {
            Invalid = [_ml.Data.LoadFromEnumerable([new { Other = 1f }, new { Other = 2f }])],
        }.Check();
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Load_GivesBackOptionsSummaryAndAnswers_AndTheLoadedModelStreams(string task)
    {
        var (estimator, data) = Cases(Bank, Training)[task];
        var model = estimator.Fit(data);
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        file.Position = 0;

        var read = new MLContext().Model.Load(file, out _);

        var loaded = (SequenceTransformer)(read is IEnumerable<ITransformer> chain ? chain.Single() : read);
        loaded.Summary.Should().Be(model.Summary);
        loaded.Model.Options.Architecture.Should().Be(Bank);
        Cells.Read(loaded.Transform(data)).Should().Equal(Cells.Read(model.Transform(data)));
        float[] step = new float[model.Model.Options.Inputs];
        float[] Answer(SequenceTransformer transformer)
        {
            var engine = transformer.CreateStreamingEngine();
            return (model.Model.Options.HasIntervals ? engine.Step(step, 1) : engine.Step(step)).ToArray();
        }
        Answer(loaded).Should().Equal(Answer(model));
    }

    [Fact]
    public void AStream_EndsAtTheScoreColumn()
    {
        var view = Views.Keyed(_ml, Samples.Dimensioned());
        var model = _ml.MulticlassClassification.Trainers.StateSpace(new() { Architecture = Bank, Training = Training }).Fit(view);
        float[][] expected = [.. model.Transform(view).GetColumn<float[]>("Score")];
        var engine = model.CreateStreamingEngine();
        foreach (var (row, scores) in Samples.Dimensioned().Zip(expected))
        {
            engine.Reset();
            float[] last = [];
            foreach (float[] step in row.Features.Chunk(engine.InputLength))
                last = engine.Step(step).ToArray();
            last.Should().BeNear([.. scores.Select(score => (double)score)], Tolerance.Streaming);
        }
    }

    [Fact]
    public void Importance_FindsTheChannelThatTells()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, 60).Select(i => new BinaryRow
        {
            Features = [.. Enumerable.Range(0, 12).Select(j => j % 2 == 0 ? random.NextSingle() : (i % 2) + (0.3f * random.NextSingle()))],
            Label = i % 2 == 0,
        }).ToArray();
        var view = _ml.Data.LoadFromEnumerable(rows);
        var model = _ml.BinaryClassification.Trainers.StateSpace(
            new BinarySequenceClassificationOptions { Architecture = Bank, Training = Training, Channels = 2 }).Fit(view);

        var importance = _ml.Transforms.StateSpace.SequenceImportance(model, view, repeats: 3, stretches: 2, seed: 3);

        importance.Metric.Should().Be(1);
        importance.Channels[1].Mean.Should().BeGreaterThan(0.2);
        importance.Channels[1].Mean.Should().BeGreaterThan(3 * Math.Abs(importance.Channels[0].Mean));
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void ACancelledFit_EndsWithAnException(string task)
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var (estimator, data) = Cases(Bank, Training with { Cancellation = source.Token })[task];

        Invoking(() => estimator.Fit(data)).Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void ABankThatReadsBothWays_DoesNotStream()
        => Invoking(() => Cases(Bank with { Bidirectional = true }, Training)["Classification"] is var (estimator, data)
                ? estimator.Fit(data).CreateStreamingEngine() : null)
            .Should().ThrowExactly<InvalidOperationException>()
            .Which.Message.Should().EndWith("Train it with Architecture.Bidirectional = false.");

    private Dictionary<string, (IEstimator<SequenceTransformer> Estimator, IDataView Data)> Cases(
        ArchitectureOptions architecture, TrainingOptions training) => new()
    {
        ["Classification"] = (
            _ml.MulticlassClassification.Trainers.StateSpace(new() { Architecture = architecture, Training = training }),
            Views.Fixed(_ml)),
        ["Classification of irregular samples"] = (
            _ml.MulticlassClassification.Trainers.StateSpace(new()
            {
                Architecture = architecture, Training = training, Channels = 2, IntervalColumnName = "Intervals",
            }),
            Views.Keyed(_ml, Samples.Irregular())),
        ["Classification of variable lengths"] = (
            _ml.MulticlassClassification.Trainers.StateSpace(new()
            {
                Architecture = architecture, Training = training, Channels = 2,
            }),
            Views.Keyed(_ml, Samples.Variable())),
        ["Binary classification"] = (
            _ml.BinaryClassification.Trainers.StateSpace(
                new BinarySequenceClassificationOptions { Architecture = architecture, Training = training }),
            _ml.Data.LoadFromEnumerable(Samples.Binary())),
        ["Regression"] = (
            _ml.Regression.Trainers.StateSpace(new SequenceRegressionOptions { Architecture = architecture, Training = training }),
            _ml.Data.LoadFromEnumerable(Samples.Levels())),
        ["Regression of a vector"] = (
            _ml.Regression.Trainers.StateSpace(
                new SequenceRegressionOptions { LabelColumnName = "Pair", Architecture = architecture, Training = training }),
            _ml.Data.LoadFromEnumerable(Samples.Levels())),
    };
}
