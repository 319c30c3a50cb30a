using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.Grains.Tests.Sweeps.Testing;

namespace Microsoft.ML.StateSpace.Grains.Tests.Sweeps;

/// <summary>The ends of a sweep: cancellation, time and memory.</summary>
public sealed class EndTests
{
    private const int Endless = 1_000_000; // epochs

    [Fact]
    public async Task Cancellation_ReachesAllWorkersWithinASecond()
    {
        await using var cluster = await SweepCluster.Start(silos: 3, experiment: (ml, _) => SweepCluster.Experiment(ml, Endless));
        using var cancellation = new CancellationTokenSource();
        var all = new TaskCompletionSource();
        cluster.Epochs.OnEpoch = (_, _, _) =>
        {
            if (cluster.Epochs.All.Select(epoch => epoch.Silo).Distinct().Count() == 3)
                all.TrySetResult();
        };
        var sweep = cluster.Sweep(100, cancellation: cancellation.Token);
        await all.Task;
        await cancellation.CancelAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        int epochs = cluster.Epochs.All.Count;

        await Awaiting(() => sweep).Should().ThrowAsync<TimeoutException>("no trial has ended");
        await Task.Delay(TimeSpan.FromSeconds(1));
        cluster.Epochs.All.Should().HaveCount(epochs, "nobody trains any longer");
    }

    [Fact]
    public async Task BehindTheLastModel_NobodyTrains()
    {
        await using var cluster = await SweepCluster.Start(silos: 3);
        await cluster.Sweep(6);
        int epochs = cluster.Epochs.All.Count;
        await Task.Delay(TimeSpan.FromSeconds(1));
        // The end was told before the sweep returned; who was within an epoch hears it with the next heartbeat.
        int then = cluster.Epochs.All.Count;
        await Task.Delay(TimeSpan.FromSeconds(1));
        cluster.Epochs.All.Should().HaveCount(then);
        then.Should().BeGreaterThanOrEqualTo(epochs);
    }

    [Fact]
    public async Task TheTimeOfASilo_IsThatOfItsExperiment()
    {
        int begun = 0;
        await using var cluster = await SweepCluster.Start(silos: 1, experiment: (ml, _) =>
        {
            begun++;
            return SweepCluster.Experiment(ml, Endless).SetTrainingTimeInSeconds(2);
        });
        await Awaiting(() => cluster.Sweep(100)).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("Nobody trains for the sweep 'tiny'*");
        begun.Should().Be(1, "a silo whose time is over does not begin anew");
    }

    [Fact]
    public async Task TheMemoryOfASilo_FailsTheTrial_AndIsWrittenDown()
    {
        using var folder = new TemporaryFolder();
        var monitor = new RecordingMonitor();
        await using var cluster = await SweepCluster.Start(
            silos: 1, experiment: (ml, _) => SweepCluster.Experiment(ml).SetMaximumMemoryUsageInMegaByte(1));
        await Awaiting(() => cluster.Sweep(3, folder, monitor)).Should().ThrowAsync<TimeoutException>();

        monitor.Failures.Select(failure => failure!.Message).Should().HaveCount(3)
            .And.OnlyContain(message => message.Contains("SetMaximumMemoryUsageInMegaByte allows 1 MB"));
        monitor.Failures.Should().AllBeOfType<OutOfMemoryException>();
        SweepJournal.Read(folder.Path).Trials.Should().HaveCount(3).And.OnlyContain(trial => trial.Failure != null);
    }
}
