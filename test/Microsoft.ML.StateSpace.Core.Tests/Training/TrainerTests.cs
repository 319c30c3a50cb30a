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
        Values(SmallTask.Training with { Threads = threads, ValidationFraction = 0.2 }).Should().BeBitwise(one);
    }

    [Fact]
    public void Fit_IsDecidedByTheSeed()
    {
        float[] once = Values(SmallTask.Training);
        Values(SmallTask.Training).Should().BeBitwise(once);
        Values(SmallTask.Training with { Seed = 8 }).Should().NotEqual(once);
    }

    [Fact]
    public void Fit_AsksForASeed()
        => Invoking(() => Values(SmallTask.Training with { Seed = null })).Should().ThrowExactly<ArgumentException>().WithMessage("*seed*");

    [Fact]
    public void Fit_LearnsTheTask()
    {
        var model = Trainer.Fit(SmallTask.Model, SmallTask.Training with { Epochs = 20 }, SmallTask.Data());
        SmallTask.Score(model, SmallTask.Data(seed: 2)).Accuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void Fit_DoesNotChangeItsData()
    {
        var data = SmallTask.Data();
        float[] All() => [.. Enumerable.Range(0, data.Count).SelectMany(i => data.Values(i).ToArray())];
        float[] before = All();
        Trainer.Fit(SmallTask.Model, SmallTask.Training, data);
        All().Should().BeBitwise(before);
    }

    [Fact]
    public void Fit_ReportsOnceAnEpoch()
    {
        var reports = new Reports();
        var lines = new List<string>();
        Trainer.Fit(SmallTask.Model, SmallTask.Training with { Progress = reports }, SmallTask.Data(), log: lines.Add);
        reports.All.Select(report => report.Epoch).Should().Equal(1, 2, 3, 4, 5, 6);
        lines.Count(line => line.StartsWith("Epoch ", StringComparison.Ordinal)).Should().Be(6);
        reports.All.Should().AllSatisfy(report => report.Epochs.Should().Be(6));
    }

    [Fact]
    public void Fit_WithoutValidation_KeepsTheLastEpoch()
    {
        var reports = new Reports();
        var summary = Trainer.Fit(SmallTask.Model, SmallTask.Training with { Progress = reports }, SmallTask.Data()).Summary;
        summary.Epochs.Should().Be(6);
        summary.BestEpoch.Should().Be(6);
        summary.Stop.Should().Be(TrainingStop.Completed);
        summary.ValidationLoss.Should().BeNull();
        reports.All.Should().OnlyContain(report => double.IsNaN(report.ValidationLoss));
    }

    [Fact]
    public void Fit_TellsWhatItChose()
    {
        var options = SmallTask.Model with { Architecture = new S5Options { ModelSize = 4, StateSize = 4, Layers = 1 } };
        var model = Trainer.Fit(options, SmallTask.Training with { LearningRate = null }, SmallTask.Data(8));
        model.Options.Network.Bidirectional.Should().NotBeNull();
        model.Options.Network.Dropout.Should().NotBeNull();
        model.Summary.Options.LearningRate.Should().NotBeNull();
        model.Summary.Options.Patience.Should().NotBeNull();
        model.Summary.ParameterCount
            .Should().Be(model.Parameters.Parameters.Where(p => p.Group != ParameterGroup.Fixed).Sum(p => p.Length));
    }

    // Ten epochs of a small training as they once were. Whatever changes the mathematics, the order of random draws or the order of the
    // batches shows here.
    [Fact]
    public void Fit_ReplaysRecordedLosses()
    {
        var lines = File.ReadLines(Repository.Path("test", "data", "training-losses.txt"));
        double[] recorded = [.. lines.Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        var reports = new Reports();
        Trainer.Fit(SmallTask.Model, SmallTask.Training with { Epochs = 10, Progress = reports }, SmallTask.Data());
        reports.All.Select(report => report.TrainingLoss).Should().BeNear(recorded, Tolerance.Replay, "epoch");
    }

    private static float[] Values(TrainingOptions options)
        => Trainer.Fit(SmallTask.Model, options, SmallTask.Data()).Parameters.Values.ToArray();

    // 6 batches an epoch: the steps of the second training are more than 2^31. Both have the rate of the peak in their first two epochs.
    [Fact]
    public void Fit_LearnsAlike_HoweverManyEpochsAreStillToCome()
    {
        float[] Start(int epochs)
        {
            using var cancellation = new CancellationTokenSource();
            var reports = new Reports(progress =>
            {
                if (progress.Epoch == 2)
                    cancellation.Cancel();
            });
            var training = SmallTask.Training with
            {
                Epochs = epochs, WarmupFraction = 0, Progress = reports, Cancellation = cancellation.Token,
            };
            return Trainer.Fit(SmallTask.Model, training, SmallTask.Data()).Parameters.Values.ToArray();
        }
        Start(int.MaxValue).Should().BeNear([.. Start(1_000_000).Select(value => (double)value)], 1e-6, "parameters");
    }

    [Fact]
    public void Fit_TakesAllSequencesAtOnce_HoweverLargeTheBatch()
    {
        float[] With(int batch)
            => Trainer.Fit(SmallTask.Model, SmallTask.Training with { BatchSize = batch, Epochs = null }, SmallTask.Data())
                .Parameters.Values.ToArray();
        With(int.MaxValue).Should().BeBitwise(With(48));
    }
}
