using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.Grains.Tests.Sweeps.Testing;

namespace Microsoft.ML.StateSpace.Grains.Tests.Sweeps;

/// <summary>A silo in the process of who runs the sweep, without any configuration.</summary>
public sealed class EmbeddedSweepTests
{
    [Fact]
    public void WithOneWorker_TrialsAreThoseOfSequenceHalving_AndGoOnInTheFolder()
    {
        using var here = new TemporaryFolder();
        using var there = new TemporaryFolder();
        SweepCluster.Experiment(new MLContext(seed: 1)).SetSequenceHalving(new() { Folder = here.Path }).SetMaxModelToExplore(9).Run();
        Run(there, 4);
        int epochs = Run(there, 6);

        Losses(there).Should().Equal(Losses(here));
        epochs.Should().Be(SweepJournal.Read(here.Path).Trials.Skip(4).Sum(trial => trial.Curve.Count), "checkpoints stay in the folder");
        // A sweep in one process can go on where that of a silo has ended.
        SweepCluster.Experiment(new MLContext(seed: 1)).SetSequenceHalving(new() { Folder = there.Path }).SetMaxModelToExplore(2).Run();
        SweepJournal.Read(there.Path).Trials.Should().HaveCount(10);
    }

    [Fact]
    public void TwoWorkers_TrainEachTrialOnce()
    {
        using var folder = new TemporaryFolder();
        var best = SweepCluster.Experiment(new MLContext(seed: 1))
            .SetDistributedSweep(new() { Folder = folder.Path }, new() { Workers = 2 }).SetMaxModelToExplore(10).Run();

        best.Model.Should().NotBeNull();
        SweepJournal.Read(folder.Path).Trials.Select(trial => (trial.Configuration, trial.Rung)).Should().OnlyHaveUniqueItems()
            .And.HaveCount(10);
    }

    [Fact]
    public async Task TwoAtATime_TakePortsOfTheirOwn()
    {
        var sweeps = Enumerable.Range(1, 2).Select(seed => Task.Run(
            () => SweepCluster.Experiment(new MLContext(seed)).SetDistributedSweep().SetMaxModelToExplore(3).Run()));

        (await Task.WhenAll(sweeps)).Should().OnlyContain(best => best.Model != null);
    }

    private static int Run(TemporaryFolder folder, int models)
    {
        int epochs = 0;
        SweepCluster.Experiment(new MLContext(seed: 1)).SetDistributedSweep(new()
        {
            Folder = folder.Path, Progress = _ => new Counter(() => epochs++),
        }).SetMaxModelToExplore(models).Run();
        return epochs;
    }

    private static double[] Losses(TemporaryFolder folder) => [.. SweepJournal.Read(folder.Path).Trials.Select(trial => trial.Loss)];

    private sealed class Counter(Action epoch) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => epoch();
    }
}
