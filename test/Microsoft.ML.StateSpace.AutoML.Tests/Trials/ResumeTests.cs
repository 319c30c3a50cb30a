using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.Testing;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>A sweep that was killed and goes on from its journal.</summary>
public class ResumeTests
{
    private const int Trials = 9;

    private static (TrialResult Best, RecordingMonitor Monitor, int Epochs) Run(string folder, int models, int? killAtEpoch = null)
    {
        var ml = new MLContext(seed: 1);
        var monitor = new RecordingMonitor();
        int epochs = 0;
        var options = Sweeps.Tiny(9);
        var killer = new Killer(() => { if (++epochs == killAtEpoch) throw new Killed(); });
        options = options with { Training = options.Training with { Progress = killer } };
        var experiment = ml.Experiment(ml.Auto().SequenceClassification(options, searchSpace: Sweeps.Rates()), new() { Folder = folder },
            monitor).SetMaxModelToExplore(models);
        return (experiment.Run(), monitor, epochs);
    }

    [Fact]
    public void GoingOn_EndsWhereTheWholeSweepEnds()
    {
        using var whole = new TemporaryFolder();
        using var interrupted = new TemporaryFolder();
        var expected = Run(whole.Path, Trials);

        var first = Run(interrupted.Path, 5);
        // One of the models is the best of the interrupted sweep: it is loaded, not trained.
        var second = Run(interrupted.Path, Trials - 5 + 1);

        (first.Epochs + second.Epochs).Should().Be(expected.Epochs);
        second.Best.Loss.Should().Be(expected.Best.Loss);
        Losses(interrupted).Should().BeBitwise(Losses(whole));
    }

    [Theory]
    [InlineData(3, 5)] // within the third rung of the first configuration: epochs 4 to 9
    [InlineData(3, 9)]
    [InlineData(4, 14)] // within its repeat
    public void KilledInMidTrial_NoEpochIsLost(int trial, int killAt)
    {
        using var whole = new TemporaryFolder();
        using var killed = new TemporaryFolder();
        var expected = Run(whole.Path, 6);

        // The trial is the last that may be run. When a process is killed, the checkpoint of its epoch is on disk, and the journal knows
        // nothing of it.
        Run(killed.Path, trial, killAt).Monitor.Failures.Should().ContainSingle().Which.Should().BeOfType<Killed>();
        SweepJournal.Read(killed.Path).Trials.Select(t => (t.Configuration, t.Rung))
            .Should().Equal(Enumerable.Range(0, trial - 1).Select(rung => (0, rung)));
        // One of the models is the best of the interrupted sweep: it is loaded, not trained.
        var rest = Run(killed.Path, 6 - (trial - 1) + 1);

        Losses(killed).Should().BeBitwise(Losses(whole));
        (killAt + rest.Epochs).Should().Be(expected.Epochs);
    }

    [Fact]
    public void KilledWhileItWroteALine_TheSweepGoesOnBehindTheLastWholeOne()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, 2);
        File.AppendAllText(SweepJournal.Read(folder.Path).Path, "{\"Configuration\":0,");
        Run(folder.Path, 2);

        SweepJournal.Read(folder.Path).Trials.Should().HaveCount(3, "one of the models is the best of before");
    }

    [Fact]
    public void TheBestOfBefore_IsLoadedAndNotTrained()
    {
        using var folder = new TemporaryFolder();
        var first = Run(folder.Path, 4);

        var second = Run(folder.Path, 1);

        second.Epochs.Should().Be(0);
        second.Best.Loss.Should().Be(first.Best.Loss);
        var data = new MLContext().Classes(seed: 5);
        second.Best.Model.Transform(data).GetColumn<float[]>("Score")
            .Should().BeBitwise(first.Best.Model.Transform(data).GetColumn<float[]>("Score"));
        Directory.GetFiles(folder.Path, "*.zip").Should().ContainSingle();
    }

    [Fact]
    public void AnotherSweepInTheFolder_IsRefused()
    {
        using var folder = new TemporaryFolder();
        Run(folder.Path, 1);
        var ml = new MLContext(seed: 2);

        var e = Invoking(
            () => ml.Experiment(ml.Auto().SequenceClassification(Sweeps.Tiny(9), searchSpace: Sweeps.Rates()),
                new() { Folder = folder.Path }).Run()).Should().ThrowExactly<AggregateException>().Which;

        e.InnerException!.Message.Should().Contain("another sweep");
    }

    private static double[] Losses(TemporaryFolder folder) => [.. SweepJournal.Read(folder.Path).Trials.Select(t => t.Loss)];

    private sealed class Killed : Exception;

    private sealed class Killer(Action epoch) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => epoch();
    }
}
