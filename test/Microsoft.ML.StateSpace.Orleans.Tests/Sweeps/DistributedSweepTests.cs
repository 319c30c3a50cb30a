using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.Grains.Tests.Sweeps.Testing;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.Grains.Tests.Sweeps;

/// <summary>A sweep of a cluster is the sweep of one process, but for where and when its trials run.</summary>
public sealed class DistributedSweepTests
{
    [Fact]
    public async Task WithOneWorker_TrialsAreThoseOfSequenceHalving_BitForBit()
    {
        using var here = new TemporaryFolder();
        using var there = new TemporaryFolder();
        var expected = await SweepCluster.Experiment(new MLContext(seed: 1)).SetSequenceHalving(new() { Folder = here.Path })
            .SetMaxModelToExplore(10).RunAsync();
        await using var cluster = await SweepCluster.Start(silos: 1);
        var monitor = new RecordingMonitor();
        var best = await cluster.Sweep(10, there, monitor);

        Trials(there).Should().Equal(Trials(here));
        best.Loss.Should().Be(expected.Loss);
        var data = new MLContext().Classes(seed: 5);
        best.Model.Transform(data).GetColumn<float[]>("Score").Should().BeBitwise(
            expected.Model.Transform(data).GetColumn<float[]>("Score"));
        monitor.Completed.Select(trial => SweepParameters.StepOf(trial.TrialSettings.Parameter))
            .Should().Equal(SweepJournal.Read(here.Path).Trials.Select(trial => ((int, int)?)(trial.Configuration, trial.Rung)));
        Directory.GetFiles(there.Path, "*.zip").Should().ContainSingle();
    }

    [Fact]
    public async Task ManyWorkers_TrainNoEpochTwice_AndTheBestIsThatOfTheJournal()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await SweepCluster.Start(silos: 3, SweepCluster.Quick with { Workers = 2 });
        var monitor = new RecordingMonitor();
        var best = await cluster.Sweep(20, folder, monitor);

        monitor.Failures.Should().BeEmpty();
        var journal = SweepJournal.Read(folder.Path);
        journal.Trials.Should().HaveCount(20);
        journal.Trials.Select(trial => (trial.Configuration, trial.Rung)).Should().OnlyHaveUniqueItems();
        best.Loss.Should().Be(journal.Records.ComparableLoss(journal.Best!));
        best.Model.Should().NotBeNull();
        cluster.Epochs.All.GroupBy(epoch => (epoch.Training, epoch.Epoch)).Should().OnlyContain(epoch => epoch.Count() == 1);
        cluster.Epochs.All.Select(epoch => epoch.Silo).Distinct().Should().HaveCount(3);
    }

    [Fact]
    public async Task ALaterSweepOfTheName_GoesOn_AndTrainsNothingTwice()
    {
        using var whole = new TemporaryFolder();
        using var parts = new TemporaryFolder();
        await SweepCluster.Experiment(new MLContext(seed: 1)).SetSequenceHalving(new() { Folder = whole.Path })
            .SetMaxModelToExplore(20).RunAsync();
        await using var cluster = await SweepCluster.Start(silos: 1);
        var first = await cluster.Sweep(4, parts);
        var monitor = new RecordingMonitor();
        // One of the models is the best of the first sweep: it is loaded, not trained.
        await cluster.Sweep(6, parts, monitor);

        // What the cluster has found between the last trial that was told and the end counts too. Of the trial that the end of the first
        // sweep cut short, the epochs before it are in no line of the journal.
        string[] trials = Trials(parts, withCurves: false);
        trials.Should().HaveCountGreaterThanOrEqualTo(9).And.Equal(Trials(whole, withCurves: false).Take(trials.Length));
        Trials(parts).Except(Trials(whole)).Should().HaveCountLessThanOrEqualTo(1);
        cluster.Epochs.All.GroupBy(epoch => (epoch.Training, epoch.Epoch)).Should().OnlyContain(epoch => epoch.Count() == 1);
        monitor.Completed[0].Loss.Should().Be(first.Loss);
        monitor.Completed[0].Model.Should().NotBeNull();
    }

    [Fact]
    public async Task ARunThatEndsAsATrialDoes_ThrowsNothingOfTheTrialAway()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await SweepCluster.Start(silos: 1);
        var grain = cluster.Grains.GetGrain<ISweepGrain>(SweepCluster.Name);
        int closed = 0;
        async Task Close() => await grain.Close((await grain.Join())!.Value.Terms.Run);
        cluster.Epochs.OnEpoch = (_, _, epoch) =>
        {
            if (epoch == 9 && Interlocked.Exchange(ref closed, 1) == 0)
                Task.Run(Close).Wait();
        };
        await cluster.Sweep(6, folder);

        closed.Should().Be(1);
        cluster.Epochs.All.GroupBy(epoch => (epoch.Training, epoch.Epoch)).Should().OnlyContain(epoch => epoch.Count() == 1);
        SweepJournal.Read(folder.Path).Trials.Select(trial => (trial.Configuration, trial.Rung)).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task WithoutAFolder_ALaterSweepGoesOnFromWhatTheClusterKeeps()
    {
        await using var cluster = await SweepCluster.Start(silos: 1);
        var first = await cluster.Sweep(4);
        int epochs = cluster.Epochs.All.Count;
        var second = await cluster.Sweep(1);

        second.Loss.Should().Be(first.Loss);
        second.Model.Should().NotBeNull();
        cluster.Epochs.All.GroupBy(epoch => (epoch.Training, epoch.Epoch)).Should().OnlyContain(epoch => epoch.Count() == 1);
        epochs.Should().BePositive();
    }

    [Fact]
    public async Task AFolderIsEnough_WhereTheClusterHasForgotten()
    {
        using var folder = new TemporaryFolder();
        using var whole = new TemporaryFolder();
        await SweepCluster.Experiment(new MLContext(seed: 1)).SetSequenceHalving(new() { Folder = whole.Path })
            .SetMaxModelToExplore(20).RunAsync();
        await using var cluster = await SweepCluster.Start(silos: 1);
        await cluster.Sweep(4, folder);
        // Within a second nobody sends any checkpoint.
        await Task.Delay(TimeSpan.FromSeconds(1));
        await cluster.Grains.ForgetSweep(SweepCluster.Name);
        cluster.Disk.Files.Should().BeEmpty();
        await cluster.Sweep(4, folder);

        // The checkpoints are forgotten too, so curves begin anew.
        static string[] Losses(TemporaryFolder sweep) => [
            .. SweepJournal.Read(sweep.Path).Trials.Take(7).Select(trial => $"{trial.Configuration} {trial.Rung} {trial.Loss:R}")];
        Losses(folder).Should().HaveCount(7).And.Equal(Losses(whole));
    }

    private static string[] Trials(TemporaryFolder folder, bool withCurves = true) => [
        .. SweepJournal.Read(folder.Path).Trials.Select(trial
            => $"{trial.Configuration} {trial.Rung} {trial.Parameter} {trial.Loss:R} {trial.Metric:R} {trial.Model} "
            + (withCurves ? string.Join(' ', trial.Curve) : ""))];
}
