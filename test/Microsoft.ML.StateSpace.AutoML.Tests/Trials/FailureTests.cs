using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.AutoML.Trials;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>Trials that fail, with steps that only pretend to train.</summary>
public class FailureTests
{
    private static AutoMLExperiment Experiment(MLContext ml, string folder, Action<Parameter> fit, IMonitor monitor,
        Func<double>? score = null)
    {
        var step = new SweepableEstimator((context, parameter) => new FakeStep(context, fit, parameter), Sweeps.Rates());
        return ml.Auto().CreateExperiment()
            .SetPipeline(step.Append(ml.Transforms.CopyColumns("Copy", "Label")))
            .SetDataset(ml.Classes(10), ml.Classes(10))
            .SetSequenceHalving(new() { Folder = folder, Metric = new FakeMetric(score ?? (() => 1)), Seed = 1 })
            .SetMonitor(monitor);
    }

    public static TheoryData<Exception> Failures()
        => [new TrainingDivergedException(7, double.NaN, 0.1), new OutOfMemoryException("no memory")];

    [Theory]
    [MemberData(nameof(Failures))]
    public void AFailure_IsWrittenDown_AndTheSweepGoesOn(Exception failure)
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();
        int fits = 0;

        var best = Experiment(ml, folder.Path, _ => ThrowIf(fits++ is 0 or 2, failure), monitor).SetMaxModelToExplore(4).Run();

        string.Join(", ", monitor.Events)
            .Should().Be("running 0, failed 0, running 1, completed 1, best 1, running 2, failed 2, running 3, completed 3");
        monitor.Failures.Should().AllSatisfy(e => e!.Message.Should().Be(failure.Message));
        best.Metric.Should().Be(1);
        var trials = SweepJournal.Read(folder.Path).Trials;
        // Configuration 0 fails at the lowest rung. Configuration 1 works there, and fails one rung further up. Then configuration 2
        // begins.
        trials.Select(t => (t.Configuration, t.Rung, t.Succeeded))
            .Should().Equal([(0, 0, false), (1, 0, true), (1, 1, false), (2, 0, true)]);
        trials[0].Failure.Should().Be(failure.Message);
    }

    [Fact]
    public void AMistakeInThePipeline_EndsTheSweepAtItsFirstTrial()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);

        var e = Invoking(
            () => Experiment(ml, folder.Path, _ => throw new ArgumentException("no such column"), new RecordingMonitor())
                .SetMaxModelToExplore(4).Run()).Should().ThrowExactly<AggregateException>().Which;

        e.InnerException.Should().BeOfType<ArgumentException>();
        SweepJournal.Read(folder.Path).Trials.Should().BeEmpty();
    }

    [Fact]
    public void AMistakeLaterOn_IsReportedAndNotTriedAgain()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();
        int fits = 0;

        Experiment(ml, folder.Path, _ => ThrowIf(fits++ == 1, new IOException("disk")), monitor).SetMaxModelToExplore(3).Run();

        monitor.Failures.Should().ContainSingle().Which.Should().BeOfType<IOException>();
        SweepJournal.Read(folder.Path).Trials.Select(t => (t.Configuration, t.Rung)).Should().Equal([(0, 0), (1, 0)]);
    }

    [Fact]
    public void AMetricThatIsNoNumber_IsAFailure()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        int scores = 0;

        var best = Experiment(ml, folder.Path, _ => { }, new RecordingMonitor(), () => scores++ == 0 ? double.NaN : 2)
            .SetMaxModelToExplore(3).Run();

        best.Metric.Should().Be(2);
        SweepJournal.Read(folder.Path).Trials.Select(t => (t.Configuration, t.Rung)).Should().Equal([(0, 0), (1, 0), (1, 1)]);
    }

    [Fact]
    public void TooMuchMemory_IsAFailureOfTheTrialAlone()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();

        // No process takes less than a megabyte.
        var e = Invoking(
            () => Experiment(ml, folder.Path, _ => { }, monitor).SetMaximumMemoryUsageInMegaByte(1).SetMaxModelToExplore(3).Run())
            .Should().ThrowExactly<AggregateException>().Which;

        e.InnerException.Should().BeOfType<TimeoutException>();
        monitor.Failures.Count.Should().Be(3);
        monitor.Failures.Should().AllSatisfy(f => f.Should().BeOfType<OutOfMemoryException>().Which.Message.Should().Contain("MB"));
        SweepJournal.Read(folder.Path).Trials.Count.Should().Be(3);
    }

    [Fact]
    public void MemoryWatch_StopsOnceAndOnlyAboveTheLimit()
    {
        double usage = 50;
        int stops = 0;
        using var watch = new MemoryWatch(100, () => usage, () => stops++);

        watch.Look();
        watch.Exceeded.Should().BeNull();
        usage = 120;
        watch.Look();
        watch.Look();

        watch.Exceeded.Should().Be(120);
        stops.Should().Be(1);
    }

    [Fact]
    public void WithoutAPipelineOrAMetric_TheMistakeIsNamed()
    {
        var ml = new MLContext(seed: 1);
        var experiment = ml.Auto().CreateExperiment().SetDataset(ml.Classes(10), ml.Classes(10)).SetSequenceHalving()
            .SetMaxModelToExplore(1);

        var e = Invoking(experiment.Run).Should().Throw<Exception>().Which;

        e.GetBaseException().Message.Should().Contain("metric");
    }

    private static void ThrowIf(bool condition, Exception exception)
    {
        if (condition)
            throw exception;
    }
}
