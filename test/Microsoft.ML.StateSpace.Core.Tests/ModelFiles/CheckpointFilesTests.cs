using System.Diagnostics;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

/// <summary>Trainings that share one path.</summary>
public sealed class CheckpointFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string CheckpointPath => Path.Combine(_folder, "deeper", "training.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EachTraining_GoesOnFromItsOwnFile()
    {
        (TrainingOptions Options, SequenceSet Data)[] trainings =
        [
            (SmallTask.Training, SmallTask.Data()), (SmallTask.Training, SmallTask.Data(seed: 3)),
            (SmallTask.Training with { LearningRate = 0.02 }, SmallTask.Data()),
        ];
        foreach (var (options, data) in trainings)
            Fit(options with { PauseAt = 0.5 }, data).Summary.Epochs.Should().Be(3);

        Directory.GetFiles(Path.GetDirectoryName(CheckpointPath)!).Should().HaveCount(3)
            .And.OnlyContain(file => Path.GetFileName(file).StartsWith("training.") && Path.GetExtension(file) == ".checkpoint");
        foreach (var (options, data) in trainings)
        {
            var reports = new Reports();
            var whole = Trainer.Fit(SmallTask.Model, options, data);
            Fit(options with { Progress = reports }, data).Parameters.Values.Should().BeBitwise(whole.Parameters.Values);
            reports.All.Select(report => report.Epoch).Should().Equal(4, 5, 6);
        }
    }

    [Fact]
    public void TheSameTrainingTwiceAtATime_IsRefused()
    {
        string? refusal = null;
        var reports = new Reports(report =>
        {
            if (report.Epoch == 2)
                refusal = Invoking(() => Fit(SmallTask.Training)).Should().ThrowExactly<InvalidOperationException>().Which.Message;
        });

        Fit(SmallTask.Training with { Progress = reports }).Summary.Epochs.Should().Be(6);

        using var process = Process.GetCurrentProcess();
        refusal.Should().Contain($"process {process.Id} ").And.Contain("TrainingOptions.CheckpointPath");
        Fit(SmallTask.Training).Summary.Epochs.Should().Be(6, "the file is free again");
    }

    [Fact]
    public void APathThatCannotBeWritten_IsFoundBeforeTheFirstEpoch()
    {
        File.WriteAllText(Path.Combine(_folder, "deeper"), "no folder");
        var reports = new Reports();

        Invoking(() => Fit(SmallTask.Training with { Progress = reports }))
            .Should().ThrowExactly<InvalidOperationException>().Which.Message
            .Should().Contain(Path.Combine(_folder, "deeper")).And.Contain("TrainingOptions.CheckpointPath");

        reports.All.Should().BeEmpty();
    }

    [Fact]
    public void TheLog_NamesTheFile_AndWhyAnotherIsNotUsed()
    {
        List<string> first = [], second = [], third = [];
        Fit(SmallTask.Training, log: first.Add);
        Fit(SmallTask.Training with { Seed = 99 }, log: second.Add);
        Fit(SmallTask.Training, log: third.Add);

        first.Should().ContainSingle(line => line.Contains("training.")).Which.Should().NotContain("Seed");
        second.Should().ContainSingle(line => line.Contains("training.")).Which.Should().Contain("Seed");
        third.Should().Contain(line => line.Contains("goes on behind epoch 6"));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with.dots.in.it.ckpt")]
    public void TheFingerprint_StandsBeforeTheExtension(string name)
    {
        var identity = new TrainingIdentity(SmallTask.Model, SmallTask.Training, "data");
        string file = Path.GetFileName(new CheckpointFiles(Path.Combine("a.b", name)).PathOf(identity));

        file.Should().MatchRegex($"^{Path.GetFileNameWithoutExtension(name)}\\.[0-9a-f]{{16}}{Path.GetExtension(name)}$");
        new CheckpointFiles(name).PathOf(identity with { Data = "other" }).Should().NotBe(new CheckpointFiles(name).PathOf(identity));
    }

    private TrainedModel Fit(TrainingOptions options, SequenceSet? data = null, Action<string>? log = null)
        => Trainer.Fit(SmallTask.Model, options, data ?? SmallTask.Data(), log: log, checkpoint: new CheckpointFiles(CheckpointPath));
}
