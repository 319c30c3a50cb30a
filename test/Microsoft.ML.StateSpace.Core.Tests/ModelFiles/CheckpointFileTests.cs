using System.Text;
using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.ModelFiles;

public sealed class CheckpointFileTests : IDisposable
{
    private static readonly TrainingOptions Training = SmallTask.Training with { ValidationFraction = 0.25, Epochs = 8, Patience = 8 };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string File => Path.Combine(_folder, "deeper", "training.checkpoint");

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    public void InterruptedTraining_EndsWithTheBitsOfAnUninterruptedOne(int epochs)
    {
        var whole = Trainer.Fit(SmallTask.Model, Training, SmallTask.Data());
        Interrupted(epochs);
        var reports = new Reports();
        var resumed = Fit(Training with { Progress = reports });

        reports.All.Select(report => report.Epoch).Should().Equal(Enumerable.Range(epochs + 1, 8 - epochs));
        resumed.Parameters.Values.Should().BeBitwise(whole.Parameters.Values);
        (resumed.Summary with { Duration = default })
            .Should().Be(whole.Summary with { Duration = default, Options = resumed.Summary.Options });
    }

    [Fact]
    public void PausedTraining_GoesOnWhenItIsAskedTo()
    {
        var whole = Trainer.Fit(SmallTask.Model, Training, SmallTask.Data());
        var reports = new Reports();
        var paused = Training with { Progress = reports, PauseAt = 1 / 3.0 };

        Fit(paused).Summary.Epochs.Should().Be(3);
        Fit(paused).Summary.Stop.Should().Be(TrainingStop.Cancelled);
        reports.All.Select(report => report.Epoch).Should().Equal(1, 2, 3); // the second time there was nothing to do
        Fit(Training).Parameters.Values.Should().BeBitwise(whole.Parameters.Values);
    }

    [Fact]
    public void PausedTraining_HasCooledDown()
    {
        var cut = Interrupted(6);
        var paused = Fit(Training with { PauseAt = 0.75 });

        cut.Summary.Epochs.Should().Be(6);
        paused.Summary.Epochs.Should().Be(6);
        paused.Summary.ValidationLoss.Should().BeLessThan(cut.Summary.ValidationLoss!.Value);
        Fit(Training with { PauseAt = 0.75 }).Parameters.Values.Should().BeBitwise(paused.Parameters.Values);
    }

    [Fact]
    public void ResumedTraining_StopsEarlyWhereTheOtherWould()
    {
        var options = Training with { Epochs = 60, Patience = 3, LearningRate = 0.05 };
        var data = SmallTask.Data(mistaken: 3);
        var whole = Trainer.Fit(SmallTask.Model, options, data);
        whole.Summary.Stop.Should().Be(TrainingStop.EarlyStopping);
        Interrupted(2, options, data);
        var resumed = Fit(options, data);
        resumed.Summary.Epochs.Should().Be(whole.Summary.Epochs);
        resumed.Summary.BestEpoch.Should().Be(whole.Summary.BestEpoch);
        resumed.Summary.Stop.Should().Be(whole.Summary.Stop);
        // The file now says that training has ended: nothing more is trained.
        var reports = new Reports();
        Fit(options with { Progress = reports }, data).Summary.Stop.Should().Be(TrainingStop.EarlyStopping);
        reports.All.Should().BeEmpty();
    }

    [Fact]
    public void CheckpointOfAnotherTraining_IsRefused_AndKept()
    {
        Interrupted(2);
        byte[] before = System.IO.File.ReadAllBytes(File);
        Refusal(Training with { LearningRate = 0.02 }, SmallTask.Data()).Should().Contain("TrainingOptions");
        Refusal(Training, SmallTask.Data(seed: 3)).Should().Contain("training sequences");
        Refusal(Training, SmallTask.Data(seed: 3)).Should().Contain(File);
        System.IO.File.ReadAllBytes(File).Should().Equal(before);

        string Refusal(TrainingOptions options, SequenceSet data)
            => Invoking(() => Fit(options, data)).Should().ThrowExactly<InvalidOperationException>().Which.Message;
    }

    [Fact]
    public void TrainingOnWindows_GoesOn_ButNotWithOtherWindows()
    {
        var network = ModelCases.Options("S5, sequence to sequence");
        var data = ModelCases.Data(network, 200, 150, 40, 90);
        var options = Training with { Window = 32 };
        var whole = Trainer.Fit(network, options, data);
        Fit(options with { PauseAt = 0.5 }).Summary.Epochs.Should().Be(4);

        Invoking(() => Fit(options with { Window = 48 }))
            .Should().ThrowExactly<InvalidOperationException>().Which.Message.Should().Contain("TrainingOptions");
        var reports = new Reports();
        var resumed = Fit(options with { Progress = reports });
        reports.All.Select(report => report.Epoch).Should().Equal(5, 6, 7, 8);
        resumed.Parameters.Values.Should().BeBitwise(whole.Parameters.Values);

        TrainedModel Fit(TrainingOptions o) => Trainer.Fit(network, o, data, checkpoint: new CheckpointFile(File));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(-1)]
    public void DamagedCheckpoint_IsNamed(int length)
    {
        Interrupted(2);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, length < 0 ? bytes[..^1] : bytes[..length]);
        Invoking(() => Fit(Training)).Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain(File);
    }

    [Fact]
    public void CheckpointWithOneAlteredBit_IsRefused()
    {
        Interrupted(2);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        foreach (int place in new[] { bytes.Length - 1, bytes.Length / 2, bytes.Length / 4 })
        {
            byte[] altered = [.. bytes];
            altered[place] ^= 1;
            System.IO.File.WriteAllBytes(File, altered);
            Invoking(() => Fit(Training)).Should().ThrowExactly<InvalidDataException>().Which.Message.Should().Contain("checksum");
        }
    }

    [Theory]
    [InlineData("\"version\":\"2\"", "\"version\":\"1\"", "version 1")]
    [InlineData("\\\"Epoch\\\":2", "\\\"Epoch\\\":1000000000", "Epoch is 1000000000")]
    [InlineData("\\\"Epoch\\\":2", "\\\"Epoch\\\":-2147483648", "Epoch is -2147483648")]
    [InlineData("\\\"Epoch\\\":2", "\\\"Epoch\\\":5", "in 5 epochs")]
    [InlineData("\\\"BestEpoch\\\":", "\\\"BestEpoch\\\":9", "BestEpoch is 9")]
    [InlineData("\\\"Elapsed\\\":\\\"00", "\\\"Elapsed\\\":\\\"-00", "Elapsed is -00")]
    [InlineData("\"First\"", "\"Third\"", "Third")]
    public void ForgedCheckpoint_IsRefused(string text, string replacement, string named)
    {
        Interrupted(2);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        string latin = Encoding.Latin1.GetString(bytes);
        latin.Should().Contain(text);
        byte[] edited = Encoding.Latin1.GetBytes(latin.Replace(text, replacement));
        BitConverter.TryWriteBytes(edited, BitConverter.ToInt64(edited) + edited.Length - bytes.Length);
        System.IO.File.WriteAllBytes(File, SmallModel.Seal(edited));

        Invoking(() => Fit(Training)).Should().ThrowExactly<InvalidDataException>()
            .Which.Message.Should().Contain(named).And.Contain("Delete it");
    }

    [Fact]
    public void HalfWrittenSuccessor_DoesNoHarm_AndIsRemoved()
    {
        Interrupted(2);
        System.IO.File.WriteAllText(File + ".0123456789.next", "half");
        Fit(Training).Summary.Epochs.Should().Be(8);
        Directory.GetFiles(Path.GetDirectoryName(File)!).Should().Equal(File);
    }

    [Fact]
    public void CheckpointThatCannotBeWritten_IsRefusedBeforeTheFirstEpoch()
    {
        var reports = new Reports();
        foreach (string path in new[] { _folder, Path.Combine(_folder, "file", "below") })
        {
            System.IO.File.WriteAllText(Path.Combine(_folder, "file"), "");
            Invoking(() => Trainer.Fit(
                    SmallTask.Model, Training with { Progress = reports }, SmallTask.Data(), checkpoint: new CheckpointFile(path)))
                .Should().ThrowExactly<InvalidOperationException>()
                .Which.Message.Should().Contain(path).And.Contain("TrainingOptions.CheckpointPath");
        }
        reports.All.Should().BeEmpty();
    }

    [Fact]
    public void CheckpointOfAnotherEngine_GoesOn_AndTheLogSaysSo()
    {
        Interrupted(2, Training with { Engine = new OtherEngine() });
        var log = new List<string>();
        Trainer.Fit(SmallTask.Model, Training, SmallTask.Data(), log: log.Add, checkpoint: new CheckpointFile(File));

        log.Should().ContainSingle(line => line.Contains("another engine of the tests") && line.Contains("goes on"));
        log.Clear();
        Trainer.Fit(SmallTask.Model, Training, SmallTask.Data(), log: log.Add, checkpoint: new CheckpointFile(File));
        log.Should().NotContain(line => line.Contains("another engine"));
    }

    private sealed class OtherEngine : TrainingEngine, IEngineFactory
    {
        public override string ToString() => "another engine of the tests";

        ISequenceEngine IEngineFactory.Create(SequenceNetwork model, ParameterSet parameters, TrainingOptions options)
            => new CpuEngine(model, parameters, options);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private TrainedModel Interrupted(int epochs, TrainingOptions? options = null, SequenceSet? data = null)
    {
        using var source = new CancellationTokenSource();
        var stop = new Reports(report =>
        {
            if (report.Epoch == epochs)
                source.Cancel();
        });
        var model = Fit((options ?? Training) with { Progress = stop, Cancellation = source.Token }, data);
        model.Summary.Epochs.Should().Be(epochs);
        return model;
    }

    private TrainedModel Fit(TrainingOptions options, SequenceSet? data = null)
        => Trainer.Fit(SmallTask.Model, options, data ?? SmallTask.Data(), checkpoint: new CheckpointFile(File));
}
