using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Two methods, one after the other.</summary>
public sealed class PolishTests : IDisposable
{
    private static readonly TrainingOptions Training = new()
    {
        Method = new PolishOptions { Then = new LbfgsOptions(), Iterations = 6 }, Epochs = 4, BatchSize = 3, LearningRate = 0.01, Seed = 5,
        Threads = 2,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void SecondMethod_BeginsWhereTheFirstHasEnded()
    {
        var first = Fit(Training with { Method = null }, dropout: 0);
        var both = Fit(Training);

        both.Summary.Epochs.Should().Be(4 + 6);
        both.Summary.BestEpoch.Should().Be(10);
        both.Summary.Options.Should().Be(Training with { LabelSmoothing = 0, ValidationFraction = 0, Patience = 10 });
        both.Summary.Descent!.Before.Should().BeNull();
        both.Summary.Descent.InitialObjective.Should().BeApproximately(SmallTask.Score(first, DescentCases.Data()).Loss, 1e-6);
        both.Summary.Descent.Iterations[^1].Objective.Should().BeApproximately(SmallTask.Score(both, DescentCases.Data()).Loss, 1e-6);
        both.Summary.Descent.IsMonotone.Should().BeTrue();
    }

    [Fact]
    public void FirstMethod_MayBeADescentToo_AndItsIterationsAreKept()
    {
        var polish = new PolishOptions { First = new GradientDescentOptions(), Then = new LevenbergMarquardtOptions(), Iterations = 3 };
        var summary = Fit(Training with { Method = polish, BatchSize = null, LearningRate = null }).Summary;

        summary.Descent!.Before!.Iterations.Should().HaveCount(4);
        summary.Descent.Iterations.Should().HaveCount(3);
        summary.Descent.InitialObjective.Should().Be(summary.Descent.Before.Iterations[^1].Objective);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void InterruptedTraining_EndsWithTheBitsOfAnUninterruptedOne(int epochs)
    {
        var whole = Fit(Training);
        using var source = new CancellationTokenSource();
        var stop = new Reports(report => { if (report.Epoch == epochs) source.Cancel(); });
        var interrupted = Fit(Training with { Progress = stop, Cancellation = source.Token }, isKept: true);
        interrupted.Summary.Epochs.Should().Be(epochs);
        stop.All.Select(report => report.Epochs).Should().AllBeEquivalentTo(10);

        var reports = new Reports();
        var resumed = Fit(Training with { Progress = reports }, isKept: true);

        reports.All.Select(report => report.Epoch).Should().Equal(Enumerable.Range(epochs + 1, 10 - epochs));
        resumed.Parameters.Values.Should().BeBitwise(whole.Parameters.Values);
        (resumed.Summary with { Duration = default })
            .Should().Be(whole.Summary with { Duration = default, Options = resumed.Summary.Options });
    }

    [Theory]
    [InlineData(0.3, 3)]
    [InlineData(0.4, 4)]
    [InlineData(0.7, 7)]
    public void Pause_CountsTheEpochsOfBoth(double pauseAt, int epochs)
    {
        var paused = Fit(Training with { PauseAt = pauseAt }, isKept: true);
        (paused.Summary.Epochs, paused.Summary.Stop).Should().Be((epochs, TrainingStop.Cancelled));
        Fit(Training, isKept: true).Parameters.Values.Should().BeBitwise(Fit(Training).Parameters.Values);
    }

    /// <summary>Where the second method only learns the noise of few sequences, the model of the first is kept.</summary>
    [Fact]
    public void BothMethods_ShareWhatIsHeldOut_AndTheBestModel()
    {
        var noise = new SequenceSet(1, DescentCases.Data().Targets);
        for (int i = 0; i < 5; i++)
            noise.Add(Draw.Uniform(30, -1, 1, 50 + i), Draw.Uniform(30, -1, 1, 60 + i));
        var training = Training with { ValidationFraction = 0.4, LearningRate = 1e-3, Method = new PolishOptions
        {
            Then = new LbfgsOptions(), Iterations = 60,
        } };
        var model = Trainer.Fit(DescentCases.Model("Lru"), training, noise);

        var (_, held) = Holdout.Split(noise, 0.4, new Random(5));
        SmallTask.Score(model, held!).Loss.Should().BeApproximately(model.Summary.ValidationLoss!.Value, 1e-6);
        model.Summary.Stop.Should().Be(TrainingStop.EarlyStopping);
        model.Summary.BestEpoch.Should().BeLessThan(model.Summary.Epochs - 9);
    }

    [Fact]
    public void Ensemble_TrainsEachMemberByTheMethod_ButForTheBank()
    {
        var options = DescentCases.Model("Lru") with
        {
            Task = StateSpace.SequenceTask.Regression,
            Architecture = new EnsembleOptions { Members = [DescentCases.Models["S5"], new StateSpaceBankOptions { Filters = 128 }] },
        };
        var data = new SequenceSet(1, StateSpace.Tasks.TargetLayout.Of(StateSpace.SequenceTask.Regression, 1));
        for (int i = 0; i < 12; i++)
            data.Add(Draw.Uniform(40, -1, 1, i + 1), [i]);
        var summary = ModelTraining.Fit(options, new() { Seed = 1, Epochs = 3, Method = new LbfgsOptions() }, data).Summary;

        summary.Members![0].Descent!.Iterations.Should().HaveCount(3);
        summary.Members[1].Descent.Should().BeNull();
    }

    private TrainedModel Fit(TrainingOptions training, bool isKept = false, double? dropout = null)
    {
        var model = DescentCases.Model("Lru");
        if (dropout is not null)
            model = model with { Architecture = DescentCases.Models["Lru"] with { Dropout = dropout } };
        return Trainer.Fit(
            model, training, DescentCases.Data(),
            checkpoint: isKept ? new CheckpointFiles(Path.Combine(_folder, "training.checkpoint")) : null);
    }
}
