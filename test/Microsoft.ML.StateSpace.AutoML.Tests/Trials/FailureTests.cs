using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.AutoML.Trials;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>Trials that fail, with steps that only pretend to train.</summary>
public class FailureTests
{
    private static AutoMLExperiment Experiment(MLContext ml, string folder, Action<Parameter> fit, IMonitor monitor, Func<double>? score = null)
    {
        var step = new SweepableEstimator((context, parameter) => new FakeStep(context, fit, parameter), Sweeps.Rates());
        return ml.Auto().CreateExperiment()
            .SetPipeline(step.Append(ml.Transforms.CopyColumns("Copy", "Label")))
            .SetDataset(ml.Classes(10), ml.Classes(10))
            .SetSequenceHalving(new() { Folder = folder, Metric = new FakeMetric(score ?? (() => 1)), Seed = 1 })
            .SetMonitor(monitor);
    }

    public static TheoryData<Exception> Failures() => [new TrainingDivergedException(7, double.NaN, 0.1), new OutOfMemoryException("no memory")];

    [Theory]
    [MemberData(nameof(Failures))]
    public void AFailure_IsWrittenDown_AndTheSweepGoesOn(Exception failure)
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();
        int fits = 0;

        var best = Experiment(ml, folder.Path, _ => ThrowIf(fits++ is 0 or 2, failure), monitor).SetMaxModelToExplore(4).Run();

        Assert.Equal("running 0, failed 0, running 1, completed 1, best 1, running 2, failed 2, running 3, completed 3", string.Join(", ", monitor.Events));
        Assert.All(monitor.Failures, e => Assert.Equal(failure.Message, e!.Message));
        Assert.Equal(1, best.Metric);
        var trials = SweepJournal.Read(folder.Path).Trials;
        // 0 fails at the lowest rung; 1 is the first that works, and fails one further up; 2 begins.
        Assert.Equal([(0, 0, false), (1, 0, true), (1, 1, false), (2, 0, true)], trials.Select(t => (t.Configuration, t.Rung, t.Succeeded)));
        Assert.Equal(failure.Message, trials[0].Failure);
    }

    [Fact]
    public void AMistakeInThePipeline_EndsTheSweepAtItsFirstTrial()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);

        var e = Assert.Throws<AggregateException>(() => Experiment(ml, folder.Path, _ => throw new ArgumentException("no such column"), new RecordingMonitor()).SetMaxModelToExplore(4).Run());

        Assert.IsType<ArgumentException>(e.InnerException);
        Assert.Empty(SweepJournal.Read(folder.Path).Trials);
    }

    [Fact]
    public void AMistakeLaterOn_IsReportedAndNotTriedAgain()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();
        int fits = 0;

        Experiment(ml, folder.Path, _ => ThrowIf(fits++ == 1, new IOException("disk")), monitor).SetMaxModelToExplore(3).Run();

        Assert.IsType<IOException>(Assert.Single(monitor.Failures));
        Assert.Equal([(0, 0), (1, 0)], SweepJournal.Read(folder.Path).Trials.Select(t => (t.Configuration, t.Rung)));
    }

    [Fact]
    public void AMetricThatIsNoNumber_IsAFailure()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        int scores = 0;

        var best = Experiment(ml, folder.Path, _ => { }, new RecordingMonitor(), () => scores++ == 0 ? double.NaN : 2).SetMaxModelToExplore(3).Run();

        Assert.Equal(2, best.Metric);
        Assert.Equal([(0, 0), (1, 0), (1, 1)], SweepJournal.Read(folder.Path).Trials.Select(t => (t.Configuration, t.Rung)));
    }

    [Fact]
    public void TooMuchMemory_IsAFailureOfTheTrialAlone()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();

        // No process takes less than a megabyte.
        var e = Assert.Throws<AggregateException>(() => Experiment(ml, folder.Path, _ => { }, monitor).SetMaximumMemoryUsageInMegaByte(1).SetMaxModelToExplore(3).Run());

        Assert.IsType<TimeoutException>(e.InnerException);
        Assert.Equal(3, monitor.Failures.Count);
        Assert.All(monitor.Failures, f => Assert.Contains("MB", Assert.IsType<OutOfMemoryException>(f).Message));
        Assert.Equal(3, SweepJournal.Read(folder.Path).Trials.Count);
    }

    [Fact]
    public void MemoryWatch_StopsOnceAndOnlyAboveTheLimit()
    {
        double usage = 50;
        int stops = 0;
        using var watch = new MemoryWatch(100, () => usage, () => stops++);

        watch.Look();
        Assert.Null(watch.Exceeded);
        usage = 120;
        watch.Look();
        watch.Look();

        Assert.Equal(120, watch.Exceeded);
        Assert.Equal(1, stops);
    }

    [Fact]
    public void WithoutAPipelineOrAMetric_TheMistakeIsNamed()
    {
        var ml = new MLContext(seed: 1);
        var experiment = ml.Auto().CreateExperiment().SetDataset(ml.Classes(10), ml.Classes(10)).SetSequenceHalving().SetMaxModelToExplore(1);

        var e = Assert.ThrowsAny<Exception>(experiment.Run);

        Assert.Contains("metric", e.GetBaseException().Message);
    }

    private static void ThrowIf(bool condition, Exception exception)
    {
        if (condition)
            throw exception;
    }
}
