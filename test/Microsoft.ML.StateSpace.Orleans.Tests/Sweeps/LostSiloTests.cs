using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.Grains.Tests.Sweeps.Testing;

namespace Microsoft.ML.StateSpace.Grains.Tests.Sweeps;

/// <summary>Silos that end without a word while they train.</summary>
public sealed class LostSiloTests
{
    private const int Models = 12;

    private int _lost = -1;
    private SweepTraining? _inProgress;

    [Fact]
    public async Task ASiloThatIsKilledInMidTrial_LosesNoEpochBeforeItsLastCheckpoint()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await SweepCluster.Start(silos: 3);
        KillOnce(cluster, (silo, epoch) => epoch == 4 && silo != Task.Run(cluster.Coordinator).Result, silo => silo);
        await cluster.Sweep(Models, folder, rungs: 1);

        RequireEachTrialOnce(folder);
        RequireGoneOn(cluster, 5);
    }

    [Fact]
    public async Task ASiloThatIsStopped_HandsItsTrialOn()
    {
        using var folder = new TemporaryFolder();
        // So that nobody waits until it is missed.
        await using var cluster = await SweepCluster.Start(
            silos: 2, SweepCluster.Quick with { Timeout = TimeSpan.FromMinutes(10) }, (ml, _) => SweepCluster.Experiment(ml, 300));
        Task? stopped = null;
        cluster.Epochs.OnEpoch = (silo, training, epoch) =>
        {
            if (epoch == 4 && Interlocked.CompareExchange(ref _inProgress, training, null) is null)
                stopped = Task.Run(() => cluster.Stop(_lost = silo));
        };
        await SweepCluster.Experiment(new MLContext(seed: 1), 300)
            .SetDistributedSweep(SweepCluster.Name, cluster.Grains, new() { Folder = folder.Path, Rungs = 1 })
            .SetMaxModelToExplore(3).RunAsync();
        await stopped!;

        RequireGoneOn(cluster, first: null);
    }

    [Fact]
    public async Task TheCoordinatorsSiloKilled_TheSweepGoesOnFromItsJournal()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await SweepCluster.Start(silos: 3);
        var monitor = new RecordingMonitor();
        KillOnce(cluster, (_, epoch) => epoch == 4, _ => Task.Run(cluster.Coordinator).Result);
        await cluster.Sweep(Models, folder, monitor, rungs: 1);

        RequireEachTrialOnce(folder);
        monitor.Failures.Should().BeEmpty();
        (await cluster.Coordinator()).Should().NotBe(_lost).And.BeGreaterThanOrEqualTo(0);
        cluster.Epochs.All.GroupBy(epoch => (epoch.Training, epoch.Epoch)).Should().OnlyContain(epoch => epoch.Count() == 1);
    }

    // The thread of the training waits until the silo is killed, as if it were killed at once. Behind that epochs take so long that the
    // sweep has not ended before the silo is missed.
    private void KillOnce(SweepCluster cluster, Func<int, int, bool> when, Func<int, int> which)
    {
        var gate = new Lock();
        cluster.Epochs.OnEpoch = (silo, training, epoch) =>
        {
            bool isOver = Volatile.Read(ref _inProgress) is not null;
            if (isOver)
                Thread.Sleep(100);
            lock (gate)
            {
                if (_inProgress is not null || !when(silo, epoch))
                    return;
                (_inProgress, _lost) = (training, which(silo));
                Task.Run(() => cluster.Kill(_lost)).Wait();
            }
        };
    }

    private void RequireGoneOn(SweepCluster cluster, int? first)
    {
        var epochs = cluster.Epochs.All.Where(epoch => epoch.Training == _inProgress).ToList();
        epochs.Select(epoch => epoch.Silo).Distinct().Should().HaveCount(2, "the trial went on elsewhere");
        // The checkpoint of an epoch is sent before anybody hears of the epoch.
        if (first is not null)
            epochs.Where(epoch => epoch.Silo != _lost).Min(epoch => epoch.Epoch).Should().Be(first);
        cluster.Epochs.All.GroupBy(epoch => (epoch.Training, epoch.Epoch)).Should().OnlyContain(epoch => epoch.Count() == 1);
    }

    private static void RequireEachTrialOnce(TemporaryFolder folder)
    {
        var trials = SweepJournal.Read(folder.Path).Trials;
        trials.Should().HaveCount(Models);
        trials.Select(trial => (trial.Configuration, trial.Rung)).Should().OnlyHaveUniqueItems();
        trials.Should().OnlyContain(trial => trial.Succeeded);
    }
}
