using System.Diagnostics;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.StateSpace.AutoML.Spaces;
using Microsoft.ML.StateSpace.AutoML.Tests.Testing;
using Microsoft.ML.StateSpace.AutoML.Trials;

namespace Microsoft.ML.StateSpace.AutoML.Tests.Trials;

/// <summary>Two sweeps that are given one folder.</summary>
public class SharedFolderTests
{
    [Fact]
    public void AFolderInUse_IsRefused_AndTheSweepThatUsesItGoesOn()
    {
        using var folder = new TemporaryFolder();
        using var process = Process.GetCurrentProcess();
        Exception? refusal = null;
        var monitor = new RecordingMonitor
        {
            OnRunning = () => refusal ??= Refusal(folder),
        };

        Run(folder, 4, monitor);

        refusal.Should().BeOfType<InvalidOperationException>().Which.Message
            .Should().Contain($"process {process.Id} ").And.Contain(folder.Path).And.Contain("SequenceHalvingOptions.Folder");
        monitor.Failures.Should().BeEmpty();
        SweepJournal.Read(folder.Path).Trials.Should().HaveCount(4);
    }

    [Fact]
    public void AfterASweep_TheFolderIsFree_AndNoLockStaysBehind()
    {
        using var folder = new TemporaryFolder();
        Run(folder, 2);
        Run(folder, 2);

        SweepJournal.Read(folder.Path).Trials.Should().HaveCount(3, "the best of before is loaded");
        Directory.GetFiles(folder.Path).Select(Path.GetFileName).Should().NotContain(file => file!.StartsWith("sweep."));
    }

    [Fact]
    public void AJournalThatAnotherSweepHasWrittenTo_EndsThisOne()
    {
        using var folder = new TemporaryFolder();
        int trials = 0;
        var monitor = new RecordingMonitor
        {
            // Between two trials the folder belongs to nobody.
            OnCompleted = _ =>
            {
                if (++trials != 2)
                    return;
                var journal = SweepJournal.Read(folder.Path);
                journal.Add(journal.Trials[0] with { Configuration = 77, Model = null });
            },
        };

        Invoking(() => Run(folder, 4, monitor)).Should().ThrowExactly<AggregateException>()
            .WithInnerExceptionExactly<InvalidOperationException>()
            .Which.Message.Should().Contain("another sweep").And.Contain(folder.Path);
        SweepJournal.Read(folder.Path).Trials.Should().HaveCount(3, "nothing was lost");
    }

    [Fact]
    public void AParameterOfAnotherPipeline_IsRefusedInWords()
    {
        using var folder = new TemporaryFolder();
        Run(folder, 1);
        var journal = SweepJournal.Read(folder.Path);
        var nothing = Parameter.CreateNestedParameter();
        journal.Add(journal.Trials[0] with { Configuration = 1, Model = null, Parameter = nothing });

        Refusal(folder).Should().BeOfType<InvalidDataException>().Which.Message
            .Should().Contain("Line 3").And.Contain("Parameter").And.Contain(journal.Path);
    }

    /// <summary>A source that is linked hangs on the token of the user, who may run many sweeps with one.</summary>
    [Fact]
    public void TheTokenOfATrial_LetsGoOfTheUsers()
    {
        using var own = new CancellationTokenSource();
        using var trial = new CancellationTokenSource();
        var settings = new SequenceSettings(new LruOptions(), new TrainingOptions { Cancellation = own.Token });
        var columns = new AnswerColumns("Label", "Score", "PredictedLabel");
        CancellationToken first, second;
        using (var ended = new TrialControl(1, 0, 1, step => $"{step}.ckpt", trial.Token))
        {
            first = ended.Visit(SequenceTask.Classification, settings, columns).Cancellation;
            second = ended.Visit(SequenceTask.Classification, settings, columns).Cancellation;
        }
        using var control = new TrialControl(1, 0, 1, step => $"{step}.ckpt", trial.Token);
        var running = control.Visit(SequenceTask.Classification, settings, columns).Cancellation;

        own.Cancel();

        first.IsCancellationRequested.Should().BeFalse();
        second.IsCancellationRequested.Should().BeFalse();
        running.IsCancellationRequested.Should().BeTrue();
    }

    private static Exception Refusal(TemporaryFolder folder)
        => Invoking(() => Run(folder, 1)).Should().ThrowExactly<AggregateException>().Which.InnerException!;

    private static void Run(TemporaryFolder folder, int models, RecordingMonitor? monitor = null)
    {
        var ml = new MLContext(seed: 1);
        ml.Experiment(
            ml.Auto().SequenceClassification(Sweeps.Tiny(3), searchSpace: Sweeps.Rates()), new() { Folder = folder.Path }, monitor)
            .SetMaxModelToExplore(models).Run();
    }
}
