using Microsoft.ML.StateSpace.Core.Tests.Models;
using Microsoft.ML.StateSpace.Core.Tests.Sequences;
using Microsoft.ML.StateSpace.Execution;
using Microsoft.ML.StateSpace.ModelFiles;
using Microsoft.ML.StateSpace.Models;
using Microsoft.ML.StateSpace.Sequences;
using Microsoft.ML.StateSpace.Testing;
using Microsoft.ML.StateSpace.Training;

namespace Microsoft.ML.StateSpace.Core.Tests.Training;

/// <summary>Training from rows that do not stay in memory.</summary>
[Trait("Kind", "Law")]
public class StreamedTrainingTests
{
    // The sequences take 14 KB.
    private const long Budget = 8000;

    private static readonly TrainingOptions Training = SmallTask.Training with { MemoryBudget = Budget };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fit_GivesTheSameBits_OnAnyNumberOfThreads_AndEachTime(int threads)
    {
        var training = Training with { ValidationFraction = 0.2 };
        float[] once = Values(training with { Threads = 2 });
        Values(training with { Threads = threads }).Should().BeBitwise(once);
        Values(training with { Threads = threads, Seed = 8 }).Should().NotEqual(once);
    }

    [Fact]
    public void ABudgetThatHoldsAll_ChangesNoBit()
    {
        var set = SmallTask.Data();
        var read = RowsOfSet.Stream(new RowsOfSet(set), set.Bytes);
        Trainer.Fit(SmallTask.Model, SmallTask.Training, read).Parameters.Values
            .Should().BeBitwise(Trainer.Fit(SmallTask.Model, SmallTask.Training, set).Parameters.Values.ToArray());
    }

    [Fact]
    public void Fit_LearnsTheTask()
    {
        var model = Trainer.Fit(SmallTask.Model, Training with { Epochs = 20 }, RowsOfSet.Stream(SmallTask.Data(), Budget));
        SmallTask.Score(model, SmallTask.Data(seed: 2)).Accuracy.Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void AnEpoch_IsOneReading()
    {
        int Readings(int epochs)
        {
            var rows = new RowsOfSet(SmallTask.Data());
            Trainer.Fit(SmallTask.Model, Training with { Epochs = epochs }, RowsOfSet.Stream(rows, Budget));
            rows.Closed.Should().Be(rows.Opened);
            return rows.Opened;
        }
        (Readings(7) - Readings(2)).Should().Be(5);
    }

    [Theory]
    [InlineData("LRU, layer norm before, mean")]
    [InlineData("S5, sequence to sequence")]
    public void Statistics_AreThoseOfTheSetInMemory_BitByBit(string name)
    {
        foreach (var derived in (DerivedInputs[])[new(), new() { Differences = true, StandardizedSequences = true }])
        {
            var options = ModelCases.Options(name) with { DerivedInputs = derived };
            var set = ModelCases.Data(options, [.. Enumerable.Range(5, 40)]);
            float[] Store(SequenceSource data)
            {
                var model = new SequenceNetwork(options);
                var parameters = model.Layout.Create(new Random(1));
                DataStatistics.Store(model.InputStage, model.Head.Output, parameters, data);
                return parameters.Values.ToArray();
            }
            Store(RowsOfSet.Stream(set, 1)).Should().BeBitwise(Store(set));
        }
    }

    // Sequences are scored in another order where they are read in parts, so their losses are added in another order.
    [Fact]
    public void Evaluation_IsThatOfTheSetInMemory()
    {
        var model = Trainer.Fit(SmallTask.Model, SmallTask.Training, SmallTask.Data());
        var network = new SequenceNetwork(model.Options);
        using var engine = new CpuEngine(network, model.Parameters, new TrainingOptions { Threads = 2 });
        (double Loss, double Metric) Run(SequenceSource data)
            => new Evaluation(network, data, new TrainingOptions(), model.Parameters.Values).Run(engine);
        var held = SmallTask.Data(90, seed: 2);
        var inMemory = Run(held);
        Run(RowsOfSet.Stream(held, 20 * held.Bytes / 21)).Metric.Should().Be(inMemory.Metric);
        Run(RowsOfSet.Stream(held, 1)).Loss.Should().BeApproximately(inMemory.Loss, 1e-12);
        Run(RowsOfSet.Stream(held, 1)).Metric.Should().Be(inMemory.Metric);
    }

    [Fact]
    public void StreamedValidation_ChoosesTheBestEpoch()
    {
        var validation = SmallTask.Data(60, seed: 2);
        var reports = new Reports();
        var summary = Trainer.Fit(
            SmallTask.Model, Training with { Progress = reports }, RowsOfSet.Stream(SmallTask.Data(), Budget),
            RowsOfSet.Stream(validation, 1000)).Summary;
        var inMemory = Trainer.Fit(
            SmallTask.Model, Training with { MemoryBudget = Budget + validation.Bytes }, RowsOfSet.Stream(SmallTask.Data(), Budget),
            validation).Summary;
        summary.BestEpoch.Should().Be(reports.Best.Epoch).And.Be(inMemory.BestEpoch);
        summary.ValidationLoss.Should().BeApproximately(inMemory.ValidationLoss!.Value, 1e-12);
    }

    [Fact]
    public void Windows_AreStreamed()
    {
        var options = ModelCases.Options("S5, sequence to sequence");
        var set = ModelCases.Data(options, [.. Enumerable.Repeat(60, 20)]);
        var training = Training with { Window = 16, Washout = 3, BatchSize = 4, Epochs = 2 };
        int Steps(SequenceSource data)
        {
            int steps = 0;
            Trainer.Fit(options, training with { Engine = new WatchedEngine { OnStep = (step, _) => steps = step } }, data);
            return steps;
        }
        Steps(RowsOfSet.Stream(set, Budget)).Should().Be(Steps(set)).And.BeGreaterThan(2 * 20 * 10 / 4);
    }

    [Fact]
    public void ACheckpoint_GoesOnWithTheBitsOfTheWholeTraining()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            float[] Fit(TrainingOptions training, bool keeps = true)
                => Trainer.Fit(
                    SmallTask.Model, training, RowsOfSet.Stream(SmallTask.Data(), Budget),
                    checkpoint: keeps ? new CheckpointFiles(Path.Combine(folder, "training.checkpoint")) : null)
                    .Parameters.Values.ToArray();

            using var source = new CancellationTokenSource();
            var reports = new Reports(report => { if (report.Epoch == 2) source.Cancel(); });
            float[] cut = Fit(Training with { Progress = reports, Cancellation = source.Token });
            float[] whole = Fit(Training, keeps: false);
            cut.Should().NotEqual(whole);
            var rest = new Reports();
            Fit(Training with { Progress = rest }).Should().BeBitwise(whole);
            rest.All.Select(report => report.Epoch).Should().Equal(3, 4, 5, 6);
            Fit(Training with { MemoryBudget = Budget + 4000 });
            Directory.GetFiles(folder, "*.checkpoint").Should().HaveCount(2, "another pool is another training");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Cancellation_EndsAReading_AndKeepsTheEpochBefore()
    {
        using var source = new CancellationTokenSource();
        var rows = new RowsOfSet(SmallTask.Data());
        int epochs = 0;
        var reports = new Reports(_ => epochs++);
        rows.OnRead = () => { if (epochs == 2) source.Cancel(); };
        var summary = Trainer.Fit(
            SmallTask.Model, Training with { Progress = reports, Cancellation = source.Token }, RowsOfSet.Stream(rows, Budget)).Summary;
        (summary.Stop, summary.Epochs).Should().Be((TrainingStop.Cancelled, 2));
        rows.Closed.Should().Be(rows.Opened);
    }

    [Fact]
    public void AnEnsembleOfNetworks_IsStreamed_AndABankRefused()
    {
        var set = SmallTask.Data(120);
        var lru = SmallTask.Model.Network;
        var training = Training with { ValidationFraction = 0.4, MemoryBudget = 9000 };
        double? Metric(SequenceSource data)
            => ModelTraining.Fit(SmallTask.Model with { Architecture = new EnsembleOptions { Members = [lru, lru] } }, training, data)
                .Summary.ValidationMetric;
        Metric(RowsOfSet.Stream(set, 9000)).Should().BeInRange(0.5, 1);
        Invoking(() => ModelTraining.Fit(
                SmallTask.Model with { Architecture = new StateSpaceBankOptions() }, SmallTask.Training, RowsOfSet.Stream(set, 9000)))
            .Should().Throw<InvalidOperationException>().WithMessage("*Raise MemoryBudget to at least*or choose a network*");
    }

    private static float[] Values(TrainingOptions training)
        => Trainer.Fit(SmallTask.Model, training, RowsOfSet.Stream(SmallTask.Data(), Budget)).Parameters.Values.ToArray();
}
