using System.Globalization;
using Microsoft.ML.StateSpace.Parameters;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

[Trait("Kind", "Law")]
public class TrainerTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Fit_GivesTheSameBits_OnAnyNumberOfThreads(int threads)
    {
        float[] one = Values(SmallTask.Training with { Threads = 1, ValidationFraction = 0.2 });
        Assert.Equal(one, Values(SmallTask.Training with { Threads = threads, ValidationFraction = 0.2 }));
    }

    [Fact]
    public void Fit_IsDecidedByTheSeed()
    {
        float[] once = Values(SmallTask.Training);
        Assert.Equal(once, Values(SmallTask.Training));
        Assert.NotEqual(once, Values(SmallTask.Training with { Seed = 8 }));
    }

    [Fact]
    public void Fit_AsksForASeed() => Assert.Contains("seed", Assert.Throws<ArgumentException>(() => Values(SmallTask.Training with { Seed = null })).Message);

    [Fact]
    public void Fit_LearnsTheTask()
    {
        var model = Trainer.Fit(SmallTask.Model, SmallTask.Training with { Epochs = 20 }, SmallTask.Data());
        Assert.True(SmallTask.Score(model, SmallTask.Data(seed: 2)).Accuracy > 0.9);
    }

    [Fact]
    public void Fit_DoesNotChangeItsData()
    {
        var data = SmallTask.Data();
        float[] All() => [.. Enumerable.Range(0, data.Count).SelectMany(i => data.Values(i).ToArray())];
        float[] before = All();
        Trainer.Fit(SmallTask.Model, SmallTask.Training, data);
        Assert.Equal(before, All());
    }

    [Fact]
    public void Fit_ReportsOnceAnEpoch()
    {
        var reports = new Reports();
        var lines = new List<string>();
        Trainer.Fit(SmallTask.Model, SmallTask.Training with { Progress = reports }, SmallTask.Data(), log: lines.Add);
        Assert.Equal([1, 2, 3, 4, 5, 6], reports.All.Select(report => report.Epoch));
        Assert.Equal(6, lines.Count(line => line.StartsWith("Epoch ", StringComparison.Ordinal)));
        Assert.All(reports.All, report => Assert.Equal(6, report.Epochs));
    }

    [Fact]
    public void Fit_WithoutValidation_KeepsTheLastEpoch()
    {
        var reports = new Reports();
        var summary = Trainer.Fit(SmallTask.Model, SmallTask.Training with { Progress = reports }, SmallTask.Data()).Summary;
        Assert.Equal((6, 6, TrainingStop.Completed), (summary.Epochs, summary.BestEpoch, summary.Stop));
        Assert.Null(summary.ValidationLoss);
        Assert.All(reports.All, report => Assert.True(double.IsNaN(report.ValidationLoss)));
    }

    [Fact]
    public void Fit_TellsWhatItChose()
    {
        var options = SmallTask.Model with { Architecture = new S5Options { ModelSize = 4, StateSize = 4, Layers = 1 } };
        var model = Trainer.Fit(options, SmallTask.Training with { LearningRate = null }, SmallTask.Data(8));
        Assert.NotNull(model.Options.Architecture.Bidirectional);
        Assert.NotNull(model.Options.Architecture.Dropout);
        Assert.NotNull(model.Summary.Options.LearningRate);
        Assert.NotNull(model.Summary.Options.Patience);
        Assert.Equal(model.Parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed).Sum(p => p.Length), model.Summary.ParameterCount);
    }

    // Ten epochs of a small training as they once were. Whatever changes the mathematics, the order of random draws or the order of the batches shows here.
    [Fact]
    public void Fit_ReplaysRecordedLosses()
    {
        var lines = File.ReadLines(Repository.Path("test", "data", "training-losses.txt"));
        double[] recorded = [.. lines.Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        var reports = new Reports();
        Trainer.Fit(SmallTask.Model, SmallTask.Training with { Epochs = 10, Progress = reports }, SmallTask.Data());
        Near.Equal(recorded, [.. reports.All.Select(report => report.TrainingLoss)], Tolerance.Replay, "epoch");
    }

    private static float[] Values(TrainingOptions options) => Trainer.Fit(SmallTask.Model, options, SmallTask.Data()).Parameters.Values.ToArray();
}
