using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;
using Microsoft.ML.StateSpace.AutoML;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.Grains.Tests.Sweeps.Testing;

namespace Microsoft.ML.StateSpace.Grains.Tests.Sweeps;

/// <summary>What goes wrong on a silo is told in words to who runs the sweep.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task ANameThatNoSiloHas_IsTold()
    {
        await using var cluster = await SweepCluster.Start(silos: 1);
        await Awaiting(() => SweepCluster.Experiment(new MLContext(seed: 1)).SetDistributedSweep("wafer", cluster.Grains)
                .SetMaxModelToExplore(3).RunAsync())
            .Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("Nobody trains for the sweep 'wafer'*AddStateSpaceSweeps(sweeps => sweeps.Set(\"wafer\", ...))*");
    }

    [Fact]
    public Task ALoaderThatThrows_IsTold()
        => Refuses(_ => throw new FileNotFoundException("wafers.csv is not on this machine."),
            "*cannot train for the sweep 'tiny': wafers.csv is not on this machine.*");

    [Fact]
    public Task AnotherSearchSpace_IsTold()
        => Refuses(
            ml => ml.Experiment(ml.Auto().SequenceClassification(
                AutoML.Tests.Testing.Sweeps.Tiny(),
                searchSpace: new() { { "LearningRate", new UniformDoubleOption(1e-3, 0.1, true, 4e-3) } })),
            "*its search space is '*', but that of the sweep is '*SweepExperiments.Set*");

    [Fact]
    public Task OtherData_AreTold()
        => Refuses(
            ml => SweepCluster.Experiment(ml).SetDataset(ml.Classes(30), ml.Classes(seed: 2)),
            "*its data is '30 rows of*', but that of the sweep is '40 rows of*");

    [Fact]
    public Task AnotherMetric_IsTold()
        => Refuses(
            ml => SweepCluster.Experiment(ml).SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, "Label"),
            "*its metric is 'MicroAccuracy', but that of the sweep is 'LogLoss'*");

    [Fact]
    public async Task ATrialThatThrows_IsTold_AndEndsASweepWithoutASuccess()
    {
        await using var cluster = await SweepCluster.Start(silos: 1);
        cluster.Epochs.OnEpoch = (_, _, _) => throw new InvalidOperationException("The sky has fallen.");
        await Awaiting(() => cluster.Sweep(3)).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("*could not train configuration 0 at rung 0: The sky has fallen.*");
    }

    [Fact]
    public async Task ATrialThatDiverges_IsWrittenDown_AndTheSweepGoesOn()
    {
        using var folder = new TemporaryFolder();
        var monitor = new RecordingMonitor();
        SearchSpace.SearchSpace wild = new() { { "LearningRate", new ChoiceOption([1e30, 4e-3], 4e-3) } };
        AutoMLExperiment Wild(MLContext ml)
            => ml.Experiment(ml.Auto().SequenceClassification(AutoML.Tests.Testing.Sweeps.Tiny(), searchSpace: wild));
        await using var cluster = await SweepCluster.Start(silos: 1, experiment: (ml, _) => Wild(ml));
        await Wild(new MLContext(seed: 1)).SetMonitor(monitor)
            .SetDistributedSweep(SweepCluster.Name, cluster.Grains, new() { Folder = folder.Path }).SetMaxModelToExplore(8).RunAsync();

        monitor.Failures.Should().NotBeEmpty().And.AllBeOfType<TrialFailedException>();
        SweepJournal.Read(folder.Path).Trials.Count(trial => trial.Failure is not null).Should().Be(monitor.Failures.Count);
    }

    [Fact]
    public async Task AnotherSweepOfTheName_IsRefused_UntilItIsForgotten()
    {
        await using var cluster = await SweepCluster.Start(silos: 1);
        await cluster.Sweep(1);
        Task Other() => SweepCluster.Experiment(new MLContext(seed: 2)).SetDistributedSweep(SweepCluster.Name, cluster.Grains)
            .SetMaxModelToExplore(1).RunAsync();

        await Awaiting(Other).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("The cluster has the journal of another sweep of the name 'tiny'*ForgetSweep(\"tiny\")*");
        await cluster.Grains.ForgetSweep(SweepCluster.Name);
        await Other();
    }

    [Fact]
    public async Task ASweepThatRuns_IsNeitherRunTwice_NorForgotten()
    {
        await using var cluster = await SweepCluster.Start(silos: 1);
        Exception? second = null, forgotten = null;
        var monitor = new RecordingMonitor
        {
            OnCompleted = _ =>
            {
                second ??= Record.ExceptionAsync(() => cluster.Sweep(1)).GetAwaiter().GetResult();
                forgotten ??= Record.ExceptionAsync(() => cluster.Grains.ForgetSweep(SweepCluster.Name)).GetAwaiter().GetResult();
            },
        };
        await cluster.Sweep(2, monitor: monitor);

        second.Should().BeOfType<InvalidOperationException>().Which.Message
            .Should().Contain($"is being run by process {Environment.ProcessId} ").And.Contain("SetDistributedSweep");
        forgotten.Should().BeOfType<InvalidOperationException>().Which.Message.Should().Contain("is being run by");
    }

    [Fact]
    public async Task WhatCannotBeSent_IsRefused()
    {
        await using var cluster = await SweepCluster.Start(silos: 1);
        var experiment = SweepCluster.Experiment(new MLContext(seed: 1));
        Invoking(() => experiment.SetDistributedSweep("a/b", cluster.Grains))
            .Should().Throw<ArgumentException>().WithMessage("*'a/b' has*");
        Invoking(() => experiment.SetDistributedSweep("a", cluster.Grains, new() { Progress = _ => null }))
            .Should().Throw<ArgumentException>().WithMessage("*Progress cannot be sent*SweepExperiments.Set*");
        Invoking(() => experiment.SetDistributedSweep(silo: new() { Workers = 0 })).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Theory]
    [InlineData(-1, 0, 10)]
    [InlineData(5000, 0, 10)]
    [InlineData(1, -1, 10)]
    [InlineData(1, 0, 0.5)]
    public void Options_OutOfRange_AreRefused(int workers, int every, double timeout)
        => Invoking(() => new SweepOptions
        {
            Workers = workers, CheckpointEvery = TimeSpan.FromSeconds(every), Timeout = TimeSpan.FromSeconds(timeout),
        }.Validate()).Should().Throw<ArgumentOutOfRangeException>();

    private static async Task Refuses(Func<MLContext, AutoMLExperiment> silo, string message)
    {
        await using var cluster = await SweepCluster.Start(silos: 1, experiment: (ml, _) => silo(ml));
        await Awaiting(() => cluster.Sweep(3)).Should().ThrowAsync<InvalidOperationException>().WithMessage(message);
    }
}
