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
        KillOnce(cluster, (silo, training) => training.Configuration > 0 && silo != Task.Run(cluster.Coordinator).Result, silo => silo);
        await cluster.Sweep(Models, folder);

        RequireEachTrialOnce(folder);
        _lost.Should().BeGreaterThanOrEqualTo(0);
        var epochs = cluster.Epochs.All.Where(epoch => epoch.Training == _inProgress).ToList();
        epochs.Select(epoch => epoch.Silo).Distinct().Should().HaveCount(2, "the trial went on elsewhere");
        // Its checkpoint was sent when the silo was killed, behind the first epoch.
        epochs.Where(epoch => epoch.Silo != _lost).Min(epoch => epoch.Epoch).Should().Be(2);
        cluster.Epochs.All.GroupBy(epoch => (epoch.Training, epoch.Epoch)).Should().OnlyContain(epoch => epoch.Count() == 1);
    }

    [Fact]
    public async Task TheCoordinatorsSiloKilled_TheSweepGoesOnFromItsJournal()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await SweepCluster.Start(silos: 3);
        var monitor = new RecordingMonitor();
        KillOnce(cluster, (_, training) => training.Configuration > 1, _ => Task.Run(cluster.Coordinator).Result);
        await cluster.Sweep(Models, folder, monitor);

        RequireEachTrialOnce(folder);
        monitor.Failures.Should().BeEmpty();
        (await cluster.Coordinator()).Should().NotBe(_lost).And.BeGreaterThanOrEqualTo(0);
        cluster.Epochs.All.GroupBy(epoch => (epoch.Training, epoch.Epoch)).Should().OnlyContain(epoch => epoch.Count() == 1);
    }

    // The thread of the training waits until the silo is killed, as if it were killed at once.
    private void KillOnce(SweepCluster cluster, Func<int, SweepTraining, bool> when, Func<int, int> which)
    {
        var gate = new Lock();
        cluster.Epochs.OnEpoch = (silo, training, _) =>
        {
            lock (gate)
            {
                if (_inProgress is not null || !when(silo, training))
                    return;
                (_inProgress, _lost) = (training, which(silo));
                Task.Run(() => cluster.Kill(_lost)).Wait();
            }
        };
    }

    private static void RequireEachTrialOnce(TemporaryFolder folder)
    {
        var trials = SweepJournal.Read(folder.Path).Trials;
        trials.Should().HaveCount(Models);
        trials.Select(trial => (trial.Configuration, trial.Rung)).Should().OnlyHaveUniqueItems();
        trials.Should().OnlyContain(trial => trial.Succeeded);
    }
}
