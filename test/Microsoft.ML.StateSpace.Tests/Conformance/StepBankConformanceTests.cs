using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.Tests.Testing;

namespace Microsoft.ML.StateSpace.Tests.Conformance;

/// <summary>A bank as the architecture of the tasks that answer every time step, from the estimator to the stream.</summary>
public class StepBankConformanceTests
{
    private static readonly StateSpaceBankOptions Bank = new() { Filters = 12, Bidirectional = false };

    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<string> Tasks => [.. new StepBankConformanceTests().Cases.Keys];

    private IDataView NoSequence => _ml.Data.LoadFromEnumerable([new { Other = 1f }, new { Other = 2f }]);

    private Dictionary<string, (IEstimator<SequenceTransformer> Estimator, IDataView Data)> Cases => new()
    {
        ["Tagging"] = (
            _ml.Transforms.StateSpace.SequenceTagging(Views.TaggingOptions with { Architecture = Bank }),
            Views.Tagged(_ml, Samples.Tags())),
        ["Tagging of known size"] = (
            _ml.Transforms.StateSpace.SequenceTagging(Views.TaggingOptions with { Architecture = Bank }),
            Views.Tagged(_ml, Samples.FixedTags())),
        ["Sequence to sequence"] = (Series(new()), _ml.Data.LoadFromEnumerable(Samples.Signals())),
        ["Sequence to sequence of variable size"] = (
            Series(new() { Channels = 2, Outputs = 2 }), _ml.Data.LoadFromEnumerable(Samples.VariableSignals())),
        ["Sequence to sequence with intervals"] = (
            Series(new() { IntervalColumnName = "Intervals" }), _ml.Data.LoadFromEnumerable(Samples.IrregularSignals())),
        ["Sequence to sequence, held start"] = (Series(new() { WarmUp = 4 }), _ml.Data.LoadFromEnumerable(Samples.Signals())),
    };

    [Theory]
    [MemberData(nameof(Tasks))]
    public void ABank_Conforms(string task)
    {
        var (estimator, data) = Cases[task];

        new EstimatorConformance(_ml, (IEstimator<ITransformer>)estimator, data) { Invalid = [NoSequence] }.Check();
    }

    [Fact]
    public void ABankOfBothWays_Conforms_AndRefusesToStream()
    {
        var data = Views.Tagged(_ml, Samples.Tags());
        var estimator = _ml.Transforms.StateSpace.SequenceTagging(
            Views.TaggingOptions with { Architecture = new StateSpaceBankOptions { Filters = 12 } });

        new EstimatorConformance(_ml, (IEstimator<ITransformer>)estimator, data) { Invalid = [NoSequence] }.Check();

        var model = estimator.Fit(data);
        model.Options.Architecture.Should().BeOfType<StateSpaceBankOptions>().Which.Bidirectional.Should().BeTrue();
        model.Invoking(m => m.CreateStreamingEngine()).Should().ThrowExactly<InvalidOperationException>()
            .WithMessage("*bidirectional*Train it with Architecture.Bidirectional = false.");
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
        loaded.Model.Options.Should().Be(model.Model.Options);
        float[] input = [.. Enumerable.Repeat(0.5f, model.Model.Options.Inputs)];
        float[] Step(SequenceTransformer transformer)
        {
            var engine = transformer.CreateStreamingEngine();
            return (transformer.Model.Options.HasIntervals ? engine.Step(input, 1) : engine.Step(input)).ToArray();
        }
        Step(loaded).Should().Equal(Step(model));
    }

    [Fact]
    public void AStreamWithIntervals_AnswersAsTheTransformerDoes()
    {
        var row = Samples.IrregularSignals()[0];
        var data = _ml.Data.LoadFromEnumerable(Samples.IrregularSignals());
        var model = Series(new() { IntervalColumnName = "Intervals" }).Fit(data);
        float[] expected = model.Transform(data).GetColumn<float[]>("Output").First();

        var engine = model.CreateStreamingEngine();

        for (int t = 0; t < row.Input.Length; t++)
            engine.Step([row.Input[t]], row.Intervals[t])[0].Should().Be(expected[t], $"step {t}");
    }

    [Fact]
    public void AStream_AnswersAsTheTransformerDoes()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Signals());
        var model = Series(new() { WarmUp = 3 }).Fit(data);
        float[] input = Samples.Signals()[0].Input, expected = model.Transform(data).GetColumn<float[]>("Output").First();

        var engine = model.CreateStreamingEngine();

        for (int t = 0; t < input.Length; t++)
            engine.Step([input[t]])[0].Should().Be(expected[t], $"step {t}");
    }

    [Fact]
    public void Values_AreAnsweredByABank_WhereNothingIsSet_AndByANetworkWhereItsOptionsAre()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Signals());
        ArchitectureOptions? Chosen(TrainingOptions training)
            => _ml.Transforms.StateSpace.SequenceToSequence(new SequenceToSequenceOptions { Training = training }).Fit(data)
                .Options.Architecture;

        Chosen(new()).Should().BeOfType<StateSpaceBankOptions>().Which.Bidirectional.Should().BeFalse();
        Chosen(Samples.Quick).Should().BeAssignableTo<NetworkOptions>();
        Chosen(Samples.Quick with { Window = 5 }).Should().BeAssignableTo<NetworkOptions>();
    }

    private SequenceToSequenceEstimator Series(SequenceToSequenceOptions options)
        => _ml.Transforms.StateSpace.SequenceToSequence(options with { Architecture = Bank, Training = Samples.Quick });
}
