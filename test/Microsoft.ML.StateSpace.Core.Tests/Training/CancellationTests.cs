using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Tasks;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Training looks at its token in whatever it does, not only between two batches.</summary>
public sealed class CancellationTests : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public void Dispose() => _source.Dispose();

    [Fact]
    public void WhileInitialValuesAreComputed_ThereIsNoModelYet()
    {
        _source.Cancel();
        Invoking(() => Fit(new WatchedEngine { OnCreate = () => throw new InvalidOperationException("too late") }))
            .Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void WithinValidation_TheEpochDoesNotCount()
    {
        var model = Fit(new() { OnPredict = steps => { if (steps == 12) _source.Cancel(); } }, SmallTask.Data(seed: 3));

        model.Summary.Stop.Should().Be(TrainingStop.Cancelled);
        model.Summary.Epochs.Should().Be(1);
        model.Summary.BestEpoch.Should().Be(1);
    }

    [Fact]
    public void BehindAStep_ReturnsTheEpochBefore()
    {
        var model = Fit(new() { OnStep = (step, _) => { if (step == 15) _source.Cancel(); } });

        model.Summary.Stop.Should().Be(TrainingStop.Cancelled);
        model.Summary.Epochs.Should().Be(2);
        using var between = new CancellationTokenSource();
        var reports = new Reports(report => { if (report.Epoch == 2) between.Cancel(); });
        var stopped = Trainer.Fit(
            SmallTask.Model, SmallTask.Training with { Progress = reports, Cancellation = between.Token }, SmallTask.Data());
        model.Parameters.Values.Should().BeBitwise(stopped.Parameters.Values);
    }

    /// <summary>Long sequences are cut into pieces, and short ones into shards.</summary>
    [Theory]
    [InlineData(40, 30)]
    [InlineData(1, 20_000)]
    public void AStep_IsNotMade_AndABatchNotScored(int count, int length)
    {
        var data = new SequenceSet(1, TargetLayout.Classes);
        for (int i = 0; i < count; i++)
            data.Add(Draw.Uniform(length, -1, 1, i + 1), i % 2);
        var network = new SequenceNetwork(SmallTask.Model);
        var initial = network.Layout.Create(new Random(1));
        using var engine = new CpuEngine(network, initial, SmallTask.Training with { Cancellation = _source.Token });
        var batch = new SequenceBatch(1, TargetLayout.Classes);
        batch.Fill(data, Enumerable.Range(0, count).ToArray());
        float[] outputs = new float[2 * count];
        var after = initial.Clone();

        _source.Cancel();
        Invoking(() => engine.TrainBatch(batch, 0.1, 1)).Should().Throw<OperationCanceledException>();
        Invoking(() => engine.Predict(batch, outputs)).Should().Throw<OperationCanceledException>();

        engine.Export(after);
        after.Values.Should().BeBitwise(initial.Values);
    }

    /// <summary>A batch of one long sequence that cannot be cut takes long within a model, too.</summary>
    [Fact]
    public void APassThroughAModel_EndsBetweenItsOperations()
    {
        var network = new SequenceNetwork(SmallTask.Model);
        var parameters = network.Layout.Create(new Random(1));
        float[] prepared = new float[network.Layout.PreparedLength];
        network.Prepare(new(parameters.Values, prepared));
        float[] values = Draw.Uniform(100, -1, 1, 3);
        float[] Logits(CancellationToken cancellation)
        {
            var windows = new ScoringWindows(network) { Workspace = new Workspace(network) { Cancellation = cancellation } };
            var logits = new float[network.Options.Outputs];
            windows.Score(new(parameters.Values, prepared), values, [], logits);
            return logits;
        }

        float[] whole = Logits(_source.Token);
        whole.Should().BeBitwise(Logits(default));
        _source.Cancel();
        Logits(_source.Token).Should().NotEqual(whole);
    }

    /// <summary>Initial values of a thousand states took minutes, and nothing listened meanwhile.</summary>
    [Fact]
    public void AThousandStates_HaveFiniteInitialValues()
    {
        foreach (var core in CoreDefinition.All.Where(core => core.HasStepSizes))
        {
            var options = SmallTask.Model with { Architecture = core.CreateOptions() with { Layers = 1, ModelSize = 16, StateSize = 1024,
                Dropout = 0, Bidirectional = core.IsUsuallyBidirectional } };
            FiniteModel.Fault(new SequenceNetwork(options).Layout.Create(new Random(1), _source.Token)).Should().BeNull(core.Name);
        }
    }

    private TrainedModel Fit(WatchedEngine engine, SequenceSet? validation = null)
        => Trainer.Fit(
            SmallTask.Model, SmallTask.Training with { Engine = engine, Cancellation = _source.Token }, SmallTask.Data(), validation);
}
