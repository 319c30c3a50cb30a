using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Core.Tests.Training;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
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

        Assert.Equal(Enumerable.Range(epochs + 1, 8 - epochs), reports.All.Select(report => report.Epoch));
        Assert.Equal(whole.Parameters.Values.ToArray(), resumed.Parameters.Values.ToArray());
        Assert.Equal(whole.Summary with { Duration = default, Options = resumed.Summary.Options }, resumed.Summary with { Duration = default });
    }

    [Fact]
    public void PausedTraining_GoesOnWhenItIsAskedTo()
    {
        var whole = Trainer.Fit(SmallTask.Model, Training, SmallTask.Data());
        var reports = new Reports();
        var paused = Training with { Progress = reports, PauseAt = 1 / 3.0 };

        Assert.Equal((3, TrainingStop.Cancelled), (Fit(paused).Summary.Epochs, Fit(paused).Summary.Stop));
        Assert.Equal([1, 2, 3], reports.All.Select(report => report.Epoch)); // the second time there was nothing to do
        Assert.Equal(whole.Parameters.Values.ToArray(), Fit(Training).Parameters.Values.ToArray());
    }

    [Fact]
    public void PausedTraining_HasCooledDown()
    {
        var cut = Interrupted(6);
        var paused = Fit(Training with { PauseAt = 0.75 });

        Assert.Equal((6, 6), (cut.Summary.Epochs, paused.Summary.Epochs));
        Assert.True(paused.Summary.ValidationLoss < cut.Summary.ValidationLoss);
        Assert.Equal(paused.Parameters.Values.ToArray(), Fit(Training with { PauseAt = 0.75 }).Parameters.Values.ToArray());
    }

    [Fact]
    public void ResumedTraining_StopsEarlyWhereTheOtherWould()
    {
        var options = Training with { Epochs = 60, Patience = 3, LearningRate = 0.05 };
        var data = SmallTask.Data(mistaken: 3);
        var whole = Trainer.Fit(SmallTask.Model, options, data);
        Assert.Equal(TrainingStop.EarlyStopping, whole.Summary.Stop);
        Interrupted(2, options, data);
        var resumed = Fit(options, data);
        Assert.Equal((whole.Summary.Epochs, whole.Summary.BestEpoch, whole.Summary.Stop), (resumed.Summary.Epochs, resumed.Summary.BestEpoch, resumed.Summary.Stop));
        // The file now says that training has ended: nothing more is trained.
        var reports = new Reports();
        Assert.Equal(TrainingStop.EarlyStopping, Fit(options with { Progress = reports }, data).Summary.Stop);
        Assert.Empty(reports.All);
    }

    [Fact]
    public void CheckpointOfAnotherTraining_IsRefused_AndKept()
    {
        Interrupted(2);
        byte[] before = System.IO.File.ReadAllBytes(File);
        Assert.Contains("TrainingOptions", Refusal(Training with { LearningRate = 0.02 }, SmallTask.Data()));
        Assert.Contains("training sequences", Refusal(Training, SmallTask.Data(seed: 3)));
        Assert.Contains(File, Refusal(Training, SmallTask.Data(seed: 3)));
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));

        string Refusal(TrainingOptions options, SequenceSet data) => Assert.Throws<InvalidOperationException>(() => Fit(options, data)).Message;
    }

    [Fact]
    public void TrainingOnWindows_GoesOn_ButNotWithOtherWindows()
    {
        var network = ModelCases.Options("S5, sequence to sequence");
        var data = ModelCases.Data(network, 200, 150, 40, 90);
        var options = Training with { Window = 32 };
        var whole = Trainer.Fit(network, options, data);
        Assert.Equal(4, Fit(options with { PauseAt = 0.5 }).Summary.Epochs);

        Assert.Contains("TrainingOptions", Assert.Throws<InvalidOperationException>(() => Fit(options with { Window = 48 })).Message);
        var reports = new Reports();
        var resumed = Fit(options with { Progress = reports });
        Assert.Equal([5, 6, 7, 8], reports.All.Select(report => report.Epoch));
        Assert.Equal(whole.Parameters.Values.ToArray(), resumed.Parameters.Values.ToArray());

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
        Assert.Contains(File, Assert.Throws<InvalidDataException>(() => Fit(Training)).Message);
    }

    [Fact]
    public void HalfWrittenSuccessor_DoesNoHarm()
    {
        Interrupted(2);
        System.IO.File.WriteAllText(File + ".next", "half");
        Assert.Equal(8, Fit(Training).Summary.Epochs);
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
        Assert.Equal(epochs, model.Summary.Epochs);
        return model;
    }

    private TrainedModel Fit(TrainingOptions options, SequenceSet? data = null)
        => Trainer.Fit(SmallTask.Model, options, data ?? SmallTask.Data(), checkpoint: new CheckpointFile(File));
}
