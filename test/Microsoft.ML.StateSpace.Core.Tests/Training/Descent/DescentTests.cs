using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>What every method of descent must hold: the laws of the loop around it.</summary>
public sealed class DescentTests : IDisposable
{
    private const int Iterations = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<string, string> All() => DescentCases.All();

    public static TheoryData<string> Methods() => DescentCases.MethodNames();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(All))]
    public void Objective_NeverRises_AndHasTheSameBits_OnAnyNumberOfThreads(string method, string model)
    {
        var one = Fit(method, model, threads: 1);
        var eight = Fit(method, model, threads: 8);

        var descent = one.Summary.Descent!;
        descent.Iterations.Should().HaveCount(Iterations);
        descent.IsMonotone.Should().BeTrue();
        descent.Iterations[^1].Objective.Should().BeLessThan(descent.InitialObjective);
        descent.Iterations.Should().OnlyContain(iteration => iteration.Step > 0 && iteration.Residual > 0 && iteration.Residual <= 1);
        eight.Summary.Descent.Should().Be(descent);
        eight.Parameters.Values.Should().BeBitwise(one.Parameters.Values);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void InterruptedTraining_EndsWithTheBitsOfAnUninterruptedOne(string method)
    {
        var training = DescentCases.Training(method, Iterations);
        var whole = Fit(training);
        using var source = new CancellationTokenSource();
        var stop = new Reports(report => { if (report.Epoch == 3) source.Cancel(); });
        var interrupted = Fit(training with { Progress = stop, Cancellation = source.Token }, isKept: true);
        interrupted.Summary.Stop.Should().Be(TrainingStop.Cancelled);
        interrupted.Summary.Epochs.Should().Be(3);

        var reports = new Reports();
        var resumed = Fit(training with { Progress = reports }, isKept: true);

        reports.All.Select(report => report.Epoch).Should().Equal(4, 5, 6, 7, 8);
        resumed.Parameters.Values.Should().BeBitwise(whole.Parameters.Values);
        (resumed.Summary with { Duration = default })
            .Should().Be(whole.Summary with { Duration = default, Options = resumed.Summary.Options });
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void PausedTraining_GoesOn(string method)
    {
        var training = DescentCases.Training(method, Iterations);
        Fit(training with { PauseAt = 0.5 }, isKept: true).Summary.Epochs.Should().Be(4);
        Fit(training, isKept: true).Parameters.Values.Should().BeBitwise(Fit(training).Parameters.Values);
    }

    // A certified method keeps nothing beside the point.
    [Fact]
    public void PausedTraining_OfAMethodWithoutAState_GoesOn()
    {
        var training = new TrainingOptions
        {
            Method = new ExtendedMsaOptions { Certified = true }, Seed = 5, Epochs = Iterations, Threads = 1,
        };
        var checkpoint = new CheckpointFiles(Path.Combine(_folder, "certified.checkpoint"));
        TrainedModel Fit(TrainingOptions how, ICheckpoint? kept)
            => Trainer.Fit(DescentCases.Linear("Lru"), how, DescentCases.Data(), checkpoint: kept);
        Fit(training with { PauseAt = 0.5 }, checkpoint).Summary.Epochs.Should().Be(4);
        Fit(training, checkpoint).Parameters.Values.Should().BeBitwise(Fit(training, null).Parameters.Values);
    }

    /// <summary>Of a method's own point of view nothing happens between two iterations, so it is cancelled within one.</summary>
    [Theory]
    [MemberData(nameof(Methods))]
    public void Cancellation_WithinAnIteration_KeepsTheLastPoint(string method)
    {
        using var source = new CancellationTokenSource();
        var training = DescentCases.Training(method, Iterations) with { Cancellation = source.Token };
        var data = DescentCases.Data();
        var model = new SequenceNetwork(DescentCases.Model("Lru"));
        var initial = model.Layout.Create(new Random(1));
        using var batch = new FullBatch(model, initial, data, training, 0);
        var point = new DescentPoint(batch, initial.Values);
        var descent = DescentMethods.Create(DescentCases.Methods[method], batch);
        descent.Iterate(point).Should().NotBeNull();
        float[] values = [.. point.Values];
        double[] state = descent.Save();

        source.Cancel();
        Invoking(() => descent.Iterate(point)).Should().Throw<OperationCanceledException>();

        point.Values.Should().BeBitwise(values);
        descent.Save().Should().Equal(state);
    }

    [Fact]
    public void Validation_KeepsTheBestIteration_AndStopsEarly()
    {
        var data = DescentCases.Data(count: 3);
        var noise = new SequenceSet(1, data.Targets);
        for (int i = 0; i < 4; i++)
            noise.Add(Draw.Uniform(30, -1, 1, 50 + i), Draw.Uniform(30, -1, 1, 60 + i));
        var training = DescentCases.Training("L-BFGS", 200) with { Patience = 5 };
        var model = Trainer.Fit(DescentCases.Model("Lru"), training, data, noise);

        model.Summary.Stop.Should().Be(TrainingStop.EarlyStopping);
        model.Summary.Epochs.Should().Be(model.Summary.BestEpoch + 5);
        SmallTask.Score(model, noise).Loss.Should().BeApproximately(model.Summary.ValidationLoss!.Value, 1e-6);
    }

    [Theory]
    [InlineData("L-BFGS", "Lru")]
    [InlineData("L-BFGS", "S5")]
    [InlineData("Levenberg-Marquardt", "Lru")]
    [InlineData("Levenberg-Marquardt", "S5")]
    public void KnownTeacher_IsRecovered(string method, string core)
    {
        var training = DescentCases.Training(method, 300) with { Threads = 2 };
        DescentCases.FitOf(Trainer.Fit(DescentCases.Linear(core), training, DescentCases.Data())).Should().BeGreaterThan(99.9);
    }

    private static TrainedModel Fit(string method, string model, int threads)
        => Trainer.Fit(
            DescentCases.Model(model), DescentCases.Training(method, Iterations) with { Threads = threads }, DescentCases.Data());

    private TrainedModel Fit(TrainingOptions training, bool isKept = false)
        => Trainer.Fit(
            DescentCases.Model("Lru"), training, DescentCases.Data(),
            checkpoint: isKept ? new CheckpointFiles(Path.Combine(_folder, "training.checkpoint")) : null);
}
