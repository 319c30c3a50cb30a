using Microsoft.ML.AutoML;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>The end of the time, and cancellation.</summary>
public class BudgetTests
{
    private const int Endless = 1_000_000; // epochs

    private static SweepableEstimator Step(MLContext ml, int epochs, IProgress<TrainingProgress>? progress = null)
    {
        var options = Sweeps.Tiny(epochs);
        return ml.Auto().SequenceClassification(options with { Training = options.Training with { Progress = progress } },
            searchSpace: Sweeps.Rates());
    }

    [Fact]
    public async Task Cancellation_ReturnsTheBestSoFar()
    {
        var ml = new MLContext(seed: 1);
        using var cancellation = new CancellationTokenSource();
        var monitor = new RecordingMonitor { OnCompleted = result => { if (result.TrialSettings.TrialId == 3) cancellation.Cancel(); } };

        var best = await ml.Experiment(Step(ml, 9), new(), monitor).SetMaxModelToExplore(100).RunAsync(cancellation.Token);

        monitor.Completed.Count.Should().Be(4);
        best.Loss.Should().Be(monitor.Completed.Min(r => r.Loss));
    }

    [Fact]
    public async Task Cancellation_StopsInsideATrial()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        using var cancellation = new CancellationTokenSource();
        int epochs = 0;
        // Within the second configuration, which follows the nine epochs of the first.
        var step = Step(ml, 9, new Callback(_ => { if (++epochs == 10) cancellation.Cancel(); }));

        var monitor = new RecordingMonitor();
        var best = await ml.Experiment(step, new() { Folder = folder.Path, Rungs = 1 }, monitor).RunAsync(cancellation.Token);

        epochs.Should().Be(10);
        string.Join(", ", monitor.Events).Should().Be("running 0, completed 0, best 0, running 1");
        SweepJournal.Read(folder.Path).Trials.Should().ContainSingle();
        best.Model.Should().NotBeNull();
    }

    [Fact]
    public async Task CutShortInItsFirstTrial_ASweepReturnsWhatThatHasLearnt()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        using var cancellation = new CancellationTokenSource();
        var step = Step(ml, Endless, new Callback(p => { if (p.Epoch == 3) cancellation.Cancel(); }));

        var best = await ml.Experiment(step, new() { Folder = folder.Path }).RunAsync(cancellation.Token);

        double.IsFinite(best.Loss).Should().BeTrue();
        SweepJournal.Read(folder.Path).Trials.Should().BeEmpty();
    }

    [Fact]
    public async Task CancelledBeforeAnything_ThereIsNoBest()
    {
        var ml = new MLContext(seed: 1);

        await Awaiting(() => ml.Experiment(Step(ml, 9), new()).RunAsync(new CancellationToken(canceled: true)))
            .Should().ThrowExactlyAsync<TimeoutException>();
    }

    [Fact]
    public void TheEndOfTheTime_StopsATrialThatWouldNeverEnd()
    {
        var ml = new MLContext(seed: 1);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var best = ml.Experiment(Step(ml, Endless), new()).SetTrainingTimeInSeconds(4).Run();

        watch.Elapsed.TotalSeconds.Should().BeInRange(3.9, 60);
        best.Model.Should().NotBeNull();
    }

    private sealed class Callback(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
